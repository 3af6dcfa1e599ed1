using System.Numerics;
using System.Reflection;

namespace VecNet.Tests;

/// <summary>The library's kernel loops, run with vectors that the machine would not choose by itself.</summary>
internal static unsafe class KernelLoops<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Every implementation of the vector interface that the machine can run; the scalar one, to compare with, last.</summary>
    public static IReadOnlyList<Type> Widths { get; } =
        Machine.Has512 ? [typeof(Wide512<T>), typeof(Portable<T>), typeof(Scalar<T>)] : [typeof(Portable<T>), typeof(Scalar<T>)];

    /// <summary>Whether the implementation has tables to look up in.</summary>
    public static bool HasTables(Type width) => typeof(T) == typeof(float) && width == typeof(Wide512<T>);

    /// <summary>A kernel, which is private to the class that uses it.</summary>
    public static object Kernel(Type owner, string name, params T[] arguments)
    {
        Type nested = owner.GetNestedType(name, BindingFlags.NonPublic) ?? owner.GetNestedType($"{name}`1", BindingFlags.NonPublic)
            ?? throw new ArgumentException($"{owner.Name} has no kernel {name}.", nameof(name));
        return Activator.CreateInstance(nested.MakeGenericType(typeof(T)), [.. arguments.Cast<object>()])!;
    }

    /// <summary>The kernels of the library of the given kind, found by the interface that they implement.</summary>
    /// <param name="kind">The interface without its element type.</param>
    public static IReadOnlyList<Type> Types(Type kind) =>
    [
        .. typeof(MatMul).Assembly.GetTypes()
            .Where(type => type.IsValueType
                && type.GetInterfaces().Any(part => part.IsGenericType && part.GetGenericTypeDefinition() == kind))
            .Select(type => type.MakeGenericType(typeof(T))),
    ];

    /// <summary>Every kernel of a kind, ready to be called.</summary>
    public static IReadOnlyList<object> All(Type kind) => [.. Types(kind).Select(Made)];

    /// <summary>A kernel with numbers of [0.25, 0.5] where it has some.</summary>
    public static object Made(Type kernel)
    {
        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
        ParameterInfo[] parameters = kernel.GetConstructors(Any).MaxBy(made => made.GetParameters().Length)?.GetParameters() ?? [];
        return Activator.CreateInstance(kernel, [.. parameters.Select((parameter, i) => parameter.ParameterType == typeof(T)
            ? T.CreateChecked(0.5 - (0.125 * i))
            : throw new NotSupportedException($"{kernel} is made with a {parameter.ParameterType}, which this suite does not know."))])!;
    }

    public static T[] Unary(Type width, object kernel, T[] x)
    {
        var y = new StridedMatrix<T>(1, x.Length, 0);
        fixed (T* px = x, py = y.View.Span)
        {
            Loop(typeof(UnaryLoop), width, kernel, Box(px), (nint)0, Box(py), (nint)0, (nint)1, (nint)x.Length, kernel);
        }

        y.AssertCanariesAlive();
        return y.View.Span.ToArray();
    }

    /// <summary>As the library runs them. An update without state is one of x by y.</summary>
    public static T[] Binary(Type width, object kernel, T[] x, T[] y)
    {
        if (kernel is IUpdateKernel<T>)
        {
            return Update(width, kernel, x, y, []).Parameters;
        }

        var z = new StridedMatrix<T>(1, x.Length, 0);
        fixed (T* px = x, py = y, pz = z.View.Span)
        {
            Binary(width, kernel, px, 0, py, 0, pz, 0, 1, x.Length);
        }

        z.AssertCanariesAlive();
        return z.View.Span.ToArray();
    }

    /// <summary>The same for matrices whose rows lie the given numbers of elements apart.</summary>
    public static void Binary(Type width, object kernel, T* x, nint xRow, T* y, nint yRow, T* z, nint zRow, nint rows, nint columns) =>
        Loop(typeof(BinaryLoop), width, kernel, Box(x), xRow, Box(y), yRow, Box(z), zRow, rows, columns, kernel);

    public static (T[] Parameters, T[] State) Update(Type width, object kernel, T[] parameters, T[] gradients, T[] state)
    {
        (T[] newParameters, T[] newState) = ([.. parameters], [.. state]);
        fixed (T* p = newParameters, g = gradients, s = newState)
        {
            object[] arguments = [Box(p), new OptimizerStates<T>((nint)s, parameters.Length), (nint)0, Box(g), (nint)0, (nint)1];
            nint done = (nint)Loop(typeof(UpdateLoop), width, kernel, [.. arguments, (nint)0, (nint)parameters.Length, kernel])!;
            Loop(typeof(UpdateLoop), typeof(Scalar<T>), kernel, [.. arguments, done, (nint)parameters.Length, kernel]);
        }

        return (newParameters, newState);
    }

    public static T Reduce(Type width, object term, T[] x, T[] y)
    {
        fixed (T* px = x, py = y)
        {
            return (T)Loop(typeof(Reductions), width, term, Box(px), Box(py), (nint)x.Length, term)!;
        }
    }

    private static object? Loop(Type owner, Type width, object kernel, params object[] arguments) => owner
        .GetMethod("Loop", BindingFlags.Static | BindingFlags.NonPublic)!
        .MakeGenericMethod(typeof(T), width, kernel.GetType())
        .Invoke(null, arguments);

    private static object Box(T* pointer) => Pointer.Box(pointer, typeof(T*));
}
