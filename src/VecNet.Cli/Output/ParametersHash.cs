using System.IO.Hashing;
using System.Numerics;

namespace VecNet.Cli;

/// <summary>A hash by which two models are compared.</summary>
internal static class ParametersHash
{
    /// <summary>
    /// The XXH128 hash of the parameters' bytes, in hexadecimal: equal for equal parameters, bit for bit. It needs no native library of
    /// cryptography, which not every system has.
    /// </summary>
    internal static string GetParametersHash<T>(this Model<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var hash = new XxHash128();
        foreach (SafetensorsTensor tensor in ParameterTensors.Write(model.Network))
        {
            hash.Append(tensor.Data.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
