using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The element types of the library: float and double.</summary>
internal static class ElementType
{
    /// <summary>Throws for element types other than float and double.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Check<T>()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"VecNet supports float and double, not {typeof(T).Name}.");
        }
    }

    /// <summary>Bytes of an element.</summary>
    internal static int Size<T>()
        where T : unmanaged => Unsafe.SizeOf<T>();
}
