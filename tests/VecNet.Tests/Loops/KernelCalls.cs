using System.Numerics;
using System.Reflection;

namespace VecNet.Tests;

/// <summary>Calls every kernel of the library, whatever its kind, element by element with vectors of any width.</summary>
/// <remarks>
/// A kind is an interface of kernels, and belongs to one method here: that of whole loops and sums is another matter, since what a loop
/// adds up depends on the width, and a kernel's result for an element does not.
/// </remarks>
internal static unsafe class KernelCalls<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>More than any kernel has operands.</summary>
    public const int Operands = 9;

    /// <summary>The method that calls the kernels of a kind.</summary>
    public static IReadOnlyDictionary<Type, string> Kinds { get; } = new Dictionary<Type, string>
    {
        [typeof(IUnaryKernel<>)] = nameof(Unary),
        [typeof(IBinaryKernel<>)] = nameof(Binary),
        [typeof(IColumnKernel<>)] = nameof(Column),
        [typeof(IRowKernel<>)] = nameof(Row),
        [typeof(IRowMomentsKernel<>)] = nameof(RowMoments),
        [typeof(IRowMomentsGradientKernel<>)] = nameof(RowMomentsGradient),
        [typeof(ILossKernel<>)] = nameof(Loss),
        [typeof(IUpdateKernel<>)] = nameof(Update),
        [typeof(IRecurrentCell<>)] = nameof(Cell),
        [typeof(Reductions.ITerm<>)] = nameof(Term),
        [typeof(ColumnReductions.ITerm<>)] = nameof(ColumnTerm),
    };

    /// <summary>The kernels of a kind, by their types; null for what has no numbers and cannot be boxed.</summary>
    public static IReadOnlyList<(Type Type, object? Kernel)> Of(Type kind) => kind == typeof(IUpdateKernel<>)
        ? [.. OperationCatalog<T>.Optimizers.Select(entry => UpdateKernel(entry.Sample)).Select(kernel => (kernel.GetType(), kernel))]
        : [.. KernelLoops<T>.Types(kind).Select(type => (type, type.IsByRefLike ? null : KernelLoops<T>.Made(type)))];

    /// <summary>All results of a kernel, for operands whose length every width divides.</summary>
    public static T[] Results(Type width, Type kind, Type kernelType, object? kernel, T[][] operands) => (T[])typeof(KernelCalls<T>)
        .GetMethod(nameof(Run), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(width)
        .Invoke(null, [kind, kernelType, kernel, operands])!;

    private static T[] Run<TVector>(Type kind, Type kernelType, object? kernel, T[][] operands)
        where TVector : struct, IVector<TVector, T>
    {
        Func<object?, TVector[], TVector[]> call = typeof(KernelCalls<T>)
            .GetMethod(Kinds[kind], BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(typeof(TVector), kernelType)
            .CreateDelegate<Func<object?, TVector[], TVector[]>>();
        int length = operands[0].Length;
        Assert.Equal(0, length % TVector.Count);
        List<T> results = [];
        T[] elements = new T[TVector.Count];
        for (int i = 0; i < length; i += TVector.Count)
        {
            foreach (TVector result in call(kernel, [.. operands.Select(operand => Load<TVector>(operand, i))]))
            {
                fixed (T* p = elements)
                {
                    TVector.Store(result, p);
                }

                results.AddRange(elements);
            }
        }

        return InOrderOfElements(results, length, TVector.Count);
    }

    /// <summary>From all results of a vector after another to all elements of a result after another.</summary>
    private static T[] InOrderOfElements(List<T> results, int length, int width)
    {
        int kinds = results.Count / length;
        var ordered = new T[results.Count];
        for (int i = 0; i < results.Count; i++)
        {
            (int vector, int kind, int lane) = (i / (kinds * width), i / width % kinds, i % width);
            ordered[(kind * length) + (vector * width) + lane] = results[i];
        }

        return ordered;
    }

    private static TVector Load<TVector>(T[] operand, int i)
        where TVector : struct, IVector<TVector, T>
    {
        fixed (T* p = operand)
        {
            return TVector.Load(p + i);
        }
    }

    /// <summary>The kernel of an optimizer's second step, in which averages have a past.</summary>
    private static object UpdateKernel(Optimizer<T> optimizer)
    {
        IFusedOptimizer<T> fused = optimizer;
        var network = new NeuralNetwork<T>(1, [new FullyConnectedLayer<T>(1)]);
        fused.BeginStep(network);
        ParameterUpdate<T> update = fused.BeginStep(network);
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.NonPublic;
        return update.GetType().GetProperty(nameof(ParameterUpdate<,>.Kernel), Any)!.GetValue(update)!;
    }

    private static TVector[] Unary<TVector, TKernel>(object? kernel, TVector[] x)
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUnaryKernel<T> => [((TKernel)kernel!).Invoke(x[0])];

    private static TVector[] Binary<TVector, TKernel>(object? kernel, TVector[] x)
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IBinaryKernel<T> => [((TKernel)kernel!).Invoke(x[0], x[1])];

    private static TVector[] Column<TVector, TKernel>(object? kernel, TVector[] x)
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IColumnKernel<T> => [((TKernel)kernel!).Invoke(x[0], x[1], x[2], x[3], x[4], x[5])];

    private static TVector[] Row<TVector, TKernel>(object? _, TVector[] x)
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowKernel<T>, allows ref struct => [TKernel.Result(x[0], x[1])];

    private static TVector[] RowMoments<TVector, TKernel>(object? _, TVector[] x)
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowMomentsKernel<T> => [TKernel.Normalized(x[0], x[1], x[2]), TKernel.Affine(x[0], x[1], x[2])];

    private static TVector[] RowMomentsGradient<TVector, TKernel>(object? _, TVector[] x)
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IRowMomentsGradientKernel<T> =>
        [TKernel.AddToGradGamma(x[0], x[1], x[2], x[3]), TKernel.GradInput(x[0], x[1], x[2], x[3], x[4])];

    private static TVector[] Loss<TVector, TKernel>(object? kernel, TVector[] x)
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, ILossKernel<T>
    {
        TVector loss = ((TKernel)kernel!).Invoke(x[0], x[1], x[2], out TVector derivative);
        return [loss, derivative];
    }

    private static TVector[] Update<TVector, TKernel>(object? kernel, TVector[] x)
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, IUpdateKernel<T>
    {
        (TVector parameter, TVector state0, TVector state1, TVector state2) = (x[0], x[2], x[3], x[4]);
        ((TKernel)kernel!).Invoke(ref parameter, x[1], ref state0, ref state1, ref state2);
        return [parameter, state0, state1, state2];
    }

    private static TVector[] Cell<TVector, TCell>(object? _, TVector[] x)
        where TVector : struct, IVector<TVector, T>
        where TCell : struct, IRecurrentCell<T>
    {
        (TVector f0, TVector f1, TVector f2, TVector f3) = (x[0], x[1], x[2], x[3]);
        TCell.Forward(ref f0, ref f1, ref f2, ref f3, x[4], x[5], out TVector hidden, out TVector cell);
        (TVector b0, TVector b1, TVector b2, TVector b3, TVector gradHidden, TVector gradCell) = (x[0], x[1], x[2], x[3], x[7], x[8]);
        TCell.Backward(ref b0, ref b1, ref b2, ref b3, x[4], x[5], x[6], ref gradHidden, ref gradCell);
        return [f0, f1, f2, f3, hidden, cell, b0, b1, b2, b3, gradHidden, gradCell];
    }

    private static TVector[] Term<TVector, TKernel>(object? kernel, TVector[] x)
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, Reductions.ITerm<T> => [((TKernel)kernel!).Add(x[0], x[1], x[2])];

    private static TVector[] ColumnTerm<TVector, TKernel>(object? _, TVector[] x)
        where TVector : struct, IVector<TVector, T>
        where TKernel : struct, ColumnReductions.ITerm<T> => [TKernel.Add(x[0], x[1], x[2], x[3])];
}
