namespace VecNet;

/// <summary>The function of the gate of a <see cref="GatedLinearUnit"/>.</summary>
public enum GateFunction
{
    /// <summary>The logistic function: GLU.</summary>
    Sigmoid,

    /// <summary>The sigmoid linear unit: SwiGLU.</summary>
    SiLU,

    /// <summary>The Gaussian error linear unit: GeGLU.</summary>
    GELU,

    /// <summary>The approximation of GELU with tanh: GeGLU as in T5.</summary>
    GELUTanh,

    /// <summary>The rectified linear unit: ReGLU.</summary>
    ReLU,

    /// <summary>The gate itself: a bilinear layer.</summary>
    Identity,
}
