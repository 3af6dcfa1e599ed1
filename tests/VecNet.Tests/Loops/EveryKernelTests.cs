using System.Numerics;
using System.Reflection;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace VecNet.Tests;

/// <summary>Every kernel of every kind gives an element the bits at every vector width that it gives it as a scalar.</summary>
public abstract class EveryKernelTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A multiple of every width.</summary>
    private const int Length = 192;

    /// <summary>Without hardware FMA a vector may round a multiply-add differently than a scalar.</summary>
    private static readonly bool HasFma = Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>They have two forms in float, of which the one by tables is for vectors that have tables.</summary>
    private static readonly Type[] WithTables =
        [typeof(Tanh.Function<T>), typeof(GELU.Function<T>), typeof(LstmCell<T>), typeof(GruCell<T>), typeof(RnnCell<T>)];

    public static TheoryData<string> Kinds => [.. KernelCalls<T>.Kinds.Keys.Select(kind => kind.FullName!)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_kernel_gives_the_same_bits_at_every_width(string kindName)
    {
        Assert.SkipUnless(HasFma, "Without hardware FMA, widths may round differently.");
        Type kind = KernelCalls<T>.Kinds.Keys.Single(kind => kind.FullName == kindName);
        IReadOnlyList<(Type Type, object? Kernel)> kernels = KernelCalls<T>.Of(kind);
        Assert.NotEmpty(kernels);
        foreach ((Type type, object? kernel) in kernels)
        {
            foreach (T[][] operands in (T[][][])[Filled(Ordinary), Filled(Positive), Filled(Wild)])
            {
                T[] expected = KernelCalls<T>.Results(typeof(Scalar<T>), kind, type, kernel, operands);
                bool hasTwoForms = WithTables.Contains(type);
                foreach (Type width in KernelLoops<T>.Widths.Where(width => !(hasTwoForms && KernelLoops<T>.HasTables(width))))
                {
                    AssertSame(expected, KernelCalls<T>.Results(width, kind, type, kernel, operands), $"{width.Name}, {type}", operands);
                }
            }
        }
    }

    /// <summary>What is written for vectors of any width is a kernel of a kind that is tested here, or a loop.</summary>
    [Fact]
    public void Every_kind_of_kernel_is_tested()
    {
        Type[] kinds = [.. Types.Where(type => type.IsInterface && type.GetMethods().Any(IsOfVectors))];
        Assert.Equal(
            KernelCalls<T>.Kinds.Keys.Append(typeof(IVectorRoutine<>)).Select(kind => kind.FullName).Order(StringComparer.Ordinal),
            kinds.Select(kind => kind.FullName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_kernel_is_tested()
    {
        foreach (Type kind in KernelCalls<T>.Kinds.Keys)
        {
            IEnumerable<string> tested =
                KernelCalls<T>.Of(kind).Select(kernel => kernel.Type.GetGenericTypeDefinition().FullName!).Distinct();
            IEnumerable<string> written = Types.Where(type => type.IsValueType && type.GetInterfaces().Any(part => part.Name == kind.Name
                && part.DeclaringType == kind.DeclaringType)).Select(type => type.FullName!);
            Assert.Equal(written.Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal));
        }
    }

    private static Type[] Types => typeof(MatMul).Assembly.GetTypes();

    /// <summary>Whether the method is generic over the vectors of an element type.</summary>
    private static bool IsOfVectors(MethodInfo method) => method.IsGenericMethodDefinition && method.GetGenericArguments()
        .Any(argument => argument.GetGenericParameterConstraints().Any(constraint => constraint.Name == typeof(IVector<,>).Name));

    private static void AssertSame(T[] expected, T[] actual, string what, T[][] operands)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            string At() => string.Join(", ", operands.Select(operand => operand[i % Length].ToString("R", null)));
            Assert.True(
                Bits.Same(expected[i], actual[i]) || (T.IsNaN(expected[i]) && T.IsNaN(actual[i])),
                $"{what}: result {i / Length} of {At()} is {actual[i]:R}, as a scalar {expected[i]:R}.");
        }
    }

    private static T[][] Filled(Func<ulong, T[]> fill) => [.. Enumerable.Range(1, KernelCalls<T>.Operands).Select(i => fill((ulong)i))];

    private static T[] Ordinary(ulong seed) => new Matrix<T, Ordinary>(new(1, Length), 0, seed).Owned().Span.ToArray();

    private static T[] Positive(ulong seed) => [.. Ordinary(seed).Select(T.Abs)];

    private static T[] Wild(ulong seed) => new Matrix<T, Wild>(new(1, Length), 0, seed).Owned().Span.ToArray();
}

public sealed class EveryKernelFloatTests : EveryKernelTests<float>;

public sealed class EveryKernelDoubleTests : EveryKernelTests<double>;
