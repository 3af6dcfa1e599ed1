namespace VecNet.Benchmarks.Comparing.Protocol;

/// <summary>What a row computes, from operands that are in registers.</summary>
internal interface IPass<TOperands>
    where TOperands : allows ref struct
{
    static abstract void Run(in TOperands operands);

    /// <summary>
    /// The loop over a pass. It is generic: in one method for all passes, the compiler takes those that did not run first for unlikely and
    /// inlines nothing into them.
    /// </summary>
    internal static Action<int> Loop<TPass>(Func<TOperands> operands)
        where TPass : struct, IPass<TOperands> => calls =>
    {
        TOperands views = operands();
        for (int call = 0; call < calls; call++)
        {
            TPass.Run(views);
        }
    };
}
