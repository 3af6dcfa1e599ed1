namespace VecNet;

/// <summary>The element type of a <see cref="StoredArray"/>.</summary>
public enum StoredElement
{
    /// <summary>A boolean of one byte, 0 or 1.</summary>
    Boolean,

    /// <summary>An unsigned integer of 8 bits.</summary>
    UInt8,

    /// <summary>A signed integer of 8 bits.</summary>
    Int8,

    /// <summary>An unsigned integer of 16 bits.</summary>
    UInt16,

    /// <summary>A signed integer of 16 bits.</summary>
    Int16,

    /// <summary>An unsigned integer of 32 bits.</summary>
    UInt32,

    /// <summary>A signed integer of 32 bits.</summary>
    Int32,

    /// <summary>An unsigned integer of 64 bits.</summary>
    UInt64,

    /// <summary>A signed integer of 64 bits.</summary>
    Int64,

    /// <summary>An IEEE 754 number of 16 bits.</summary>
    Float16,

    /// <summary>An IEEE 754 number of 32 bits.</summary>
    Float32,

    /// <summary>An IEEE 754 number of 64 bits.</summary>
    Float64,
}
