namespace VecNet.Benchmarks.Comparing.Subjects;

/// <summary>The products that are compared.</summary>
internal static class ProductRows
{
    /// <summary>The name of the group whose sizes are no multiples of a vector.</summary>
    internal const string Odd = "odd";

    private const int LargestQuickSquare = 1024;

    private static readonly Orientation[] Orientations = Enum.GetValues<Orientation>();
    private static readonly Precision[] Precisions = Enum.GetValues<Precision>();

    /// <summary>All rows, or for a quick run those without the largest squares and without the odd sizes in double precision.</summary>
    internal static IReadOnlyList<RowGroup> Groups(bool quick) =>
    [
        new("small", "Small products", RowGroup.WithTwoThreads(Small, row => row.Orientation == Orientation.Plain)),
        new("squares", "Square matrices", RowGroup.WithTwoThreads(Squares(quick), row => row.M is 384 or 512 or 1024 or 2048)),
        new(Odd, "Odd sizes and strides", [.. OddSizes(quick), .. Strided]),
        new("network", "Shapes of networks", RowGroup.WithTwoThreads(Network, _ => true)),
    ];

    private static IEnumerable<ProductRow> Small =>
        from size in (int[])[4, 8, 16, 32]
        from orientation in Orientations
        select new ProductRow(size, size, size, orientation);

    /// <summary>Rows whose beginnings lie a power of two apart fall into the same sets of a cache; rows a little longer do not.</summary>
    private static IEnumerable<ProductRow> Strided =>
        from square in ((int Size, int Stride)[])[(512, 528), (512, 1024), (1024, 1040), (1024, 2048)]
        select new ProductRow(square.Size, square.Size, square.Size, RowStride: square.Stride);

    /// <summary>Batch × outputs × inputs of fully connected layers.</summary>
    private static IEnumerable<ProductRow> Network =>
    [
        new(1, 512, 784),
        new(8, 512, 784),
        new(32, 512, 784),
        new(64, 512, 784),
        new(128, 512, 784),
        new(256, 512, 784),

        // The gradients of that layer's weights and inputs.
        new(784, 512, 128, Orientation.TransposeA),
        new(128, 784, 512, Orientation.TransposeB),

        // Ten classes, and the gradient of the weights to them.
        new(128, 10, 512),
        new(512, 10, 128, Orientation.TransposeA),

        // A vocabulary.
        new(32, 32000, 64),
    ];

    private static IEnumerable<ProductRow> Squares(bool quick) =>
        from precision in Precisions
        from size in (int[])[64, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096]
        where !quick || size <= LargestQuickSquare
        from orientation in Orientations
        select new ProductRow(size, size, size, orientation, precision);

    private static IEnumerable<ProductRow> OddSizes(bool quick) =>
        from precision in Precisions
        where !quick || precision == Precision.Float32
        from shape in ((int M, int N, int K)[])[(37, 61, 53), (100, 100, 100), (127, 129, 131), (255, 257, 259), (1000, 1000, 1000)]
        from orientation in Orientations
        select new ProductRow(shape.M, shape.N, shape.K, orientation, precision);
}
