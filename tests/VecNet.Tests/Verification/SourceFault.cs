namespace VecNet.Tests;

/// <summary>A fault that can be planted in the library's source, and the tests that must catch it.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="File">Under src/VecNet.</param>
/// <param name="Original">Text that stands there once.</param>
/// <param name="Mutated">What is written in its place.</param>
/// <param name="CaughtBy">The class of tests.</param>
internal sealed record SourceFault(string Fault, string File, string Original, string Mutated, Type CaughtBy)
{
    /// <summary>One line each: the table fault → catching test.</summary>
    public static IReadOnlyList<SourceFault> All { get; } =
    [
        new("the bias's gradient is not summed", "Functions/FullyConnected.cs", "ColumnSums.Run(gradOutput, gradBias.Span, accumulate);", "", typeof(FunctionGradientTests)),
        new("swapped transpose", "Functions/FullyConnected.cs", "MatMul.MultiplyTransposeB(gradOutput, weights, gradInput", "MatMul.Multiply(gradOutput, weights, gradInput", typeof(FunctionGradientTests)),
        new("wrong sign in the sigmoid's derivative", "Activations/Sigmoid.cs", "TVector.Subtract(TVector.Broadcast(T.One), y)", "TVector.Subtract(y, TVector.Broadcast(T.One))", typeof(FunctionGradientTests)),
        new("1 − y for 1 − y² in the derivative of tanh", "Activations/Tanh.cs", "TVector.Multiply(y, y)", "y", typeof(FunctionGradientTests)),
        new("ReLU lets the gradient pass at 0", "Activations/ReLU.cs", "TVector.SelectGreater(y, TVector.Broadcast(T.Zero), gradient", "TVector.SelectGreater(y, TVector.Broadcast(-T.Epsilon), gradient", typeof(SpecialValueFloatTests)),
        new("factor 1.01 in the sum of softmax's gradient", "Activations/Softmax.cs", "Reductions.SumOfProducts(gradOutput.Row(row), output.Row(row))", "T.CreateTruncating(1.01) * Reductions.SumOfProducts(gradOutput.Row(row), output.Row(row))", typeof(FunctionGradientTests)),
        new("softmax's exponentials without the maximum", "Simd/RowKernels.cs", "T maximum = Maximum<T, TVector>(x, whole, end);", "T maximum = T.Zero;", typeof(SpecialValueDoubleTests)),
        new("softmax's exponentials without the maximum in rows of one vector", "Simd/RowKernels.cs", "T maximum = TVector.Max(x);", "T maximum = T.Zero;", typeof(SoftmaxDoubleTests)),
        new("the missing 1/n of squares", "Losses/MeanSquaredError.cs", "new ScaledDifference(T.CreateTruncating(scale))", "new ScaledDifference(T.One)", typeof(LossGradientTests)),
        new("the missing 1/n of the fused loss", "Losses/SoftmaxCrossEntropy.cs", "prediction, targets.Classes, T.CreateTruncating(scale), gradPrediction)", "prediction, targets.Classes, T.One, gradPrediction)", typeof(LossGradientTests)),
        new("a stale mask", "Layers/DropoutLayer.cs", "Dropout.FillMask(Probability, pass.Random, mask);", "Dropout.FillMask(Probability, new SplitMix64(1), mask);", typeof(RandomStreamTests)),
        new("a layer that allocates", "Layers/DropoutLayer.cs", "Dropout.Forward(pass.Input, mask, pass.Output);", "GC.KeepAlive(new object()); Dropout.Forward(pass.Input, mask, pass.Output);", typeof(OperationFloatCallTests)),
        new("weight decay of the wrong sign", "Training/Optimizer.cs", "TVector.MultiplyAdd(TVector.Broadcast(decay), parameter, gradient)", "TVector.MultiplyAdd(TVector.Broadcast(-decay), parameter, gradient)", typeof(OptimizerFloatGoldenTests)),
        new("the first piece of tanh is not what lies below it too", "Simd/Piecewise.cs", "TVector.HalfOctave(TVector.AtLeast(a, Constant<T, TVector>(0.046875, 0)))", "TVector.HalfOctave(a)", typeof(UnitsInTheLastPlaceTests)),
        new("a digit of a coefficient of tanh", "Simd/Piecewise.cs", "0.50441605f", "0.50442605f", typeof(UnitsInTheLastPlaceTests)),
        new("no end of the normal distribution", "Simd/Piecewise.cs", "Constant<T, TVector>(15 * Width, 0)", "Constant<T, TVector>(16 * Width, 0)", typeof(UnitsInTheLastPlaceTests)),
        new("the tail of one missed in a function", "Simd/UnaryKernels.cs", "if (done < length)", "if (done < length - 1)", typeof(FunctionFloatGoldenTests)),
        new("a tail that reads one too many", "Simd/UnaryKernels.cs", "nint count = nint.Min(length - i, TVector.Count);", "nint count = nint.Min(length - i + 1, TVector.Count);", typeof(OperationFloatGuardTests)),
        new("the tail of one missed between two operands", "Simd/ElementwiseKernels.cs", "TVector.FirstElements(nint.Min(length - i, TVector.Count))", "TVector.FirstElements(nint.Min(length - i - 1, TVector.Count))", typeof(FunctionGradientTests)),
        new("the tail of one missed in a sum", "Simd/Reductions.cs", "for (; i < length; i++)", "for (; i < length - 1; i++)", typeof(ReductionsFloatTests)),
        new("two of four sums left out", "Simd/Reductions.cs", "TVector.Add(TVector.Add(sum0, sum1), TVector.Add(sum2, sum3))", "TVector.Add(sum0, sum1)", typeof(ReductionsFloatTests)),
        new("the last k-panel left out", "MatMul/BlockedProduct.cs", "for (nint pc = 0; pc == 0 || pc < x.K; pc += kc)", "for (nint pc = 0; pc == 0 || pc + kc < x.K; pc += kc)", typeof(MatMulFloatExactTests)),
        new("a product that forgets to accumulate", "MatMul/BlockedProduct.cs", "bool resume = x.Accumulate || pc > 0;", "bool resume = pc > 0;", typeof(MatMulFloatPropertyTests)),
        new("off by one in the rest of a packed row", "MatMul/Packing.cs", "nint.Min(j, columns - TVector.Count)", "nint.Min(j, columns - TVector.Count - 1)", typeof(MatMulFloatPackingTests)),
        new("a transposition that goes one vector too far", "MatMul/Packing.cs", "nint.Min(i, rows - TVector.Count)", "i", typeof(MatMulFloatGuardTests)),
        new("the last columns of a thin product left out", "MatMul/ThinProduct.cs", "if (whole < n)", "if (whole + 1 < n)", typeof(MatMulFloatShapeTests)),
        new("one row of eight left out of a thin product", "MatMul/ThinProduct.cs", "TVector.AddProduct(ref sum, x7, TVector.Load(b4 + (3 * row) + j));", "", typeof(MatMulFloatExactTests)),
        new("the rest behind the last line of a transposed B left out", "MatMul/ThinProduct.cs", "if (done < k)", "if (done + 1 < k)", typeof(MatMulFloatExactTests)),
        new("a column of each lane left out of a transposition", "MatMul/Transposition.cs", "TUse.Use(ref sum, at + (3 * step), TVector.JoinHigh(high01, high23));", "", typeof(MatMulFloatPackingTests)),
        new("a thread's stripe takes the first one's bias", "MatMul/Split.cs", "x.Bias == null ? null : x.Bias + start", "x.Bias", typeof(MatMulFloatThreadTests)),
        new("the last thread's stripe left out", "MatMul/Split.cs", "(int)((whole + split.stripe - 1) / split.stripe)", "(int)(whole / split.stripe)", typeof(MatMulFloatThreadTests)),
        new("a part of an outer product that does not know its row", "MatMul/OuterProduct.cs", "part.Row += x.FirstRow;", "", typeof(MatMulFloatPartEpilogueTests)),
        new("a gap between the rows of a network's input is taken for a part of it", "MatMul/PlannedProduct.cs", "plan.AStep = sumsOverBatch ? left.RowStride : 1;", "plan.AStep = sumsOverBatch ? left.Columns : 1;", typeof(FloatTrainingSequenceTests)),
        new("a step inside the backward pass that leaves out layers of their own", "Networks/LayerOperation.cs", "if (update is not null)", "if (update is not null && saved.Length < 0)", typeof(FloatTrainingSequenceTests)),
        new("a joined derivative that is not applied", "Networks/FullyConnectedOperation.cs", "activation is not null && !ReaderAppliesDerivative", "activation is not null && IsGradientFromOutside", typeof(FloatTrainingSequenceTests)),
        new("a sum that forgets the way around", "Networks/GradientFlow.cs", "written[input] ? GradientWrite.Accumulate : GradientWrite.Overwrite", "GradientWrite.Overwrite", typeof(LayerGradientTests)),
        new("a further term of a gradient written over the first", "Networks/GradientTerm.cs", "if (write == GradientWrite.Accumulate)", "if (write == GradientWrite.None)", typeof(PlanGradientTests)),
        new("a product that writes over the gradient of other readers", "Networks/FullyConnectedOperation.cs", "accumulatesGradInput = write == GradientWrite.Accumulate;", "accumulatesGradInput = false;", typeof(PlanGradientTests)),
        new("columns of a concatenation that begin one too early", "Networks/ConcatenatedColumns.cs", "column += plan.Buffers[input].Features;", "column += plan.Buffers[input].Features - 1;", typeof(PlanGradientTests)),
        new("memory that is given away a moment too soon", "Networks/MemoryPacking.cs", "all[other].First <= all[part].Last && all[part].First <= all[other].Last", "all[other].First < all[part].Last && all[part].First < all[other].Last", typeof(PlanGradientTests)),
        new("a value that backward reads is not kept", "Networks/WorkspaceLayout.cs", "readsInput ? End : operation", "operation", typeof(PlanGradientTests)),
        new("a backward pass after half of a step", "Networks/NeuralNetwork.Passes.cs", "workspace.CanGoBack = update is null;", "", typeof(FloatUnfinishedPassTests)),
        new("a quadrant's sum with the wrong sign", "MatMul/StrassenWinograd.cs", "BlockSum<T>.Subtract(s, a.Q11, s, threads);", "BlockSum<T>.Add(s, a.Q11, s, threads);", typeof(StrassenFloatExactTests)),
        new("a product that reaches one quadrant of two", "MatMul/StrassenWinograd.cs", "new(adds, c.Q12, c.Q22)", "new(adds, c.Q12)", typeof(StrassenFloatExactTests)),
        new("what an odd size lacks is left as it was", "MatMul/BlockSum.cs", "for (nint j = i < rows ? columns : 0; j < z.Columns; j++)", "for (nint j = i < rows ? columns : z.Columns; j < z.Columns; j++)", typeof(StrassenFloatExactTests)),
        new("the quadrants of a transposed operand not exchanged", "MatMul/Block.cs", "Q12 = isTransposed ? left : right;", "Q12 = right;", typeof(StrassenFloatExactTests)),
        new("one column too many goes to a quadrant of an odd size", "MatMul/Destinations.cs", "nint.Min(part.Columns, to.Columns - part.Column)", "part.Columns", typeof(StrassenFloatContractTests)),
        new("the rest of a row of a sum left out", "Simd/SumKernels.cs", "TVector.FirstElements(columns - j)", "TVector.FirstElements(columns - j - 1)", typeof(FloatSumKernelsTests)),
        new("layer normalisation: what is beyond a row's end counts in its variance", "Simd/RowNormalization.cs", "TVector.KeepPart(center, mask)", "center", typeof(FunctionGradientTests)),
        new("layer normalisation: a row's end has no gradient of its scale", "Simd/RowNormalizationGradient.cs", "TVector.StorePart(ofGamma, at.GradGamma + j, mask);", "", typeof(FunctionGradientTests)),
        new("layer normalisation: one of two sums left out", "Simd/RowNormalizationGradient.cs", "TVector.Sum(TVector.Add(product0, product1))", "TVector.Sum(product0)", typeof(FunctionGradientTests)),
        new("the end of a looked-up row is not copied", "Simd/TableRows.cs", "TVector.StorePart(TVector.LoadPart(entry + j, mask), y + j, mask);", "", typeof(FunctionGradientTests)),
        new("a logarithm that forgets to halve", "Simd/Logarithm.cs", "TVector.Multiply(m, Constant<T, TVector>(0.5, 0.5))", "m", typeof(LogarithmTests)),
        new("the divergence of what is 0 is NaN", "Losses/KullbackLeibler.cs", "return TVector.SelectGreater(t, zero, term, other);", "return term;", typeof(ReductionTests)),
        new("a mean where a sum is asked for", "Losses/LossTotal.cs", "reduction == Reduction.Sum ? Sum : Weight", "Weight", typeof(ReductionTests)),
        new("a row of a sparse gradient is not noted", "Functions/Embedding.cs", "touched?.Add(entry);", "", typeof(SparseEmbeddingTests)),
        new("rows of the batch before are not cleared", "Networks/SparseGradients.cs", "gradients.Slice(slot.Offset + (row * slot.Columns), slot.Columns).Clear();", "", typeof(SparseEmbeddingTests)),
        new("a sparse step takes another row's state", "Networks/SparseGradients.cs", "gradients.Slice(offset, slot.Columns), offset);", "gradients.Slice(offset, slot.Columns), slot.Offset);", typeof(SparseEmbeddingTests)),
        new("partly shared views are not refused", "Tensors/Overlap.cs", "&& !AreSame(source, destination) && Share(source, destination)", "&& AreSame(source, destination) && source.IsEmpty", typeof(OperationFloatSharingTests)),
        new("a mean of means", "Training/NetworkEvaluation.cs", "return new(total.Value(loss.Reduction), total.Accuracy);", "total.Weight = data.Rows; return new(total.Value(loss.Reduction), total.Accuracy);", typeof(LossAverageTests)),
        new("each accumulated batch is a mean of its own", "Training/TrainingSteps.cs", "count == rows.Length ? loss.WeightOf(targets) : weightOfAll, gradLoss", "loss.WeightOf(targets), gradLoss", typeof(LossInvarianceTests)),
        new("ignored rows are counted as wrong", "Training/NetworkEvaluation.cs", "if (targets.Classes[row] != ignoredClass)", "if (row >= 0)", typeof(LossAverageTests)),
        new("a checkpoint forgets the weight of the epoch so far", "Training/TrainingState.cs", "Weight = checkpoint.LossWeight,", "", typeof(LossAverageTests)),
        new("a mean over nothing leaves what the loss has written", "Losses/LossTotal.cs", "            gradPrediction.Clear();\n", "", typeof(WeightlessBatchTests)),
        new("the gradient of a mean over nothing is divided by 0", "Losses/LossTotal.cs", "isMeanOfNothing = loss.Reduction != Reduction.Sum && weightOfAll == 0;", "isMeanOfNothing = false;", typeof(WeightlessBatchTests)),
        new("a gradient of 0 goes back through what is infinite", "Training/TrainingSteps.cs", "if (!gradOutput.Span.ContainsAnyExcept(T.Zero))", "if (gradOutput.IsEmpty)", typeof(WeightlessBatchTests)),
        new("equal targets have a variance", "Training/RegressionMetrics.cs", "if (isConstant)", "if (values.Rows == 0)", typeof(RegressionMetricsTests)),
        new("class indices in the gradient are not refused", "Losses/Targets.cs", "Overlap.CheckApart(Classes, gradient, \"targets\", name);\n    }\n\n    /// <summary>Throws unless", "}\n\n    /// <summary>Throws unless", typeof(OperationFloatSharingTests)),
    ];

    public override string ToString() => $"{Fault} ({File}) → {CaughtBy.Name}";
}
