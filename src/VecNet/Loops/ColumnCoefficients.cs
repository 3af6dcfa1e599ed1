namespace VecNet;

/// <summary>The coefficients of the columns, one span for each kind of coefficient.</summary>
internal readonly ref struct ColumnCoefficients<T>(
    ReadOnlySpan<T> coefficient0,
    ReadOnlySpan<T> coefficient1 = default,
    ReadOnlySpan<T> coefficient2 = default,
    ReadOnlySpan<T> coefficient3 = default)
{
    internal readonly ReadOnlySpan<T> Coefficient0 = coefficient0;
    internal readonly ReadOnlySpan<T> Coefficient1 = coefficient1;
    internal readonly ReadOnlySpan<T> Coefficient2 = coefficient2;
    internal readonly ReadOnlySpan<T> Coefficient3 = coefficient3;
}
