namespace VecNet.Text;

/// <summary>The activation of an encoder's feed-forward networks, or of a layer behind pooling.</summary>
internal enum EncoderActivation
{
    /// <summary>The identity, of the other products.</summary>
    None,

    /// <summary>GELU with the error function.</summary>
    Gelu,

    /// <summary>GELU's approximation with tanh.</summary>
    GeluTanh,

    /// <summary>ReLU.</summary>
    Relu,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>The logistic function.</summary>
    Sigmoid,
}
