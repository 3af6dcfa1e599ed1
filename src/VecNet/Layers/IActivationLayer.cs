using System.Numerics;

namespace VecNet;

/// <summary>A layer that is nothing but an activation which can join the fully connected layer before it.</summary>
internal interface IActivationLayer<T> : ILayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    Activation<T> Activation { get; }
}
