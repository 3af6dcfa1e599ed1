using System.Numerics;

namespace VecNet;

/// <summary>The quadrants of C that a product also goes to, tile by tile as it is finished: each gets the tile, or has it added.</summary>
internal unsafe struct Destinations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows of the highest tile: larger parts are no tiles, and nothing below them is next.</summary>
    private const int MostAhead = Blocking.MostRows;

    private Block<T> first;
    private Block<T> second;
    private bool adds;

    internal Destinations(bool adds, in Block<T> first, in Block<T> second = default)
    {
        this.first = first;
        this.second = second;
        this.adds = adds;
    }

    /// <summary>The epilogue; the destinations must stay where they are as long as it is used.</summary>
    internal static Epilogue<T> Of(Destinations<T>* destinations) => new() { Function = &Run, Context = destinations };

    private static void Run(void* context, in FinishedPart<T> part)
    {
        ref Destinations<T> destinations = ref *(Destinations<T>*)context;
        Send(part, destinations.first, destinations.adds);
        Send(part, destinations.second, destinations.adds);
    }

    private static void Send(in FinishedPart<T> part, in Block<T> to, bool adds)
    {
        nint rows = nint.Min(part.Rows, to.Rows - part.Row), columns = nint.Min(part.Columns, to.Columns - part.Column);
        if (rows <= 0 || columns <= 0)
        {
            return;
        }

        T* target = to.Start + (part.Row * to.Row) + part.Column;
        if (adds)
        {
            BinaryLoop.Run<T, BinaryLoop.Plus<T>>(target, to.Row, part.C, part.CRow, target, to.Row, rows, columns);
        }
        else if (Machine.Has512)
        {
            Packing.Copy<T, Wide512<T>>(part.C, part.CRow, rows, columns, target, to.Row);
        }
        else if (Machine.HasVectors)
        {
            Packing.Copy<T, Portable<T>>(part.C, part.CRow, rows, columns, target, to.Row);
        }
        else
        {
            Packing.Copy<T, Scalar<T>>(part.C, part.CRow, rows, columns, target, to.Row);
        }

        // The tile below comes next: its lines are asked for while it is computed.
        Ahead below = new()
        {
            Row = (byte*)(target + (rows * to.Row)),
            Stride = to.Row * sizeof(T),
            Bytes = columns * sizeof(T),
            Rows = nint.Min(rows, to.Rows - part.Row - rows),
        };
        below.Fetch(MostAhead);
    }
}
