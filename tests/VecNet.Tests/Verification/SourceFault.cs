namespace VecNet.Tests;

/// <summary>A fault that can be planted in the library's source, and the tests that must catch it.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="File">Under src/VecNet.</param>
/// <param name="Original">Text that stands there once.</param>
/// <param name="Mutated">What is written in its place.</param>
/// <param name="CaughtBy">The class of tests.</param>
internal sealed record SourceFault(string Fault, string File, string Original, string Mutated, Type CaughtBy)
{
    /// <summary>The table fault → catching test: what is wrong and where, the text that stands there, and the text in its place.</summary>
    public static IReadOnlyList<SourceFault> All { get; } =
    [
        new("the bias's gradient is not summed", "Functions/FullyConnected.cs", "ColumnReductions.Sum(gradOutput, gradBias.Span, accumulate);", "", typeof(FunctionGradientTests)),
        new("swapped transpose", "Functions/FullyConnected.cs", "MatMul.MultiplyTransposeB(gradOutput, weights, gradInput", "MatMul.Multiply(gradOutput, weights, gradInput", typeof(FunctionGradientTests)),
        new("wrong sign in the sigmoid's derivative", "Activations/Sigmoid.cs", "TVector.Subtract(TVector.Broadcast(T.One), y)", "TVector.Subtract(y, TVector.Broadcast(T.One))", typeof(FunctionGradientTests)),
        new("1 − y for 1 − y² in the derivative of tanh", "Activations/Tanh.cs", "TVector.Multiply(y, y)", "y", typeof(FunctionGradientTests)),
        new("ReLU lets the gradient pass at 0", "Activations/ReLU.cs", "TVector.SelectGreater(y, TVector.Broadcast(T.Zero), gradient", "TVector.SelectGreater(y, TVector.Broadcast(-T.Epsilon), gradient", typeof(SpecialValueFloatTests)),
        new("factor 1.01 in the sum of softmax's gradient", "Activations/Softmax.cs", "Reductions.Dot(gradOutput.Row(row), output.Row(row))", "T.CreateTruncating(1.01) * Reductions.Dot(gradOutput.Row(row), output.Row(row))", typeof(FunctionGradientTests)),
        new("softmax's exponentials without the maximum", "Loops/RowLoop.cs", "T maximum = RowExponentials.Maximum<T, TVector>(x, whole, end);", "T maximum = T.Zero;", typeof(SpecialValueDoubleTests)),
        new("softmax's exponentials without the maximum in rows of one vector", "Loops/RowLoop.cs", "T maximum = TVector.Max(x);", "T maximum = T.Zero;", typeof(SoftmaxDoubleTests)),
        new("the missing 1/n of squares", "Losses/MeanSquaredError.cs", "new ScaledDifference(T.CreateTruncating(scale))", "new ScaledDifference(T.One)", typeof(LossGradientTests)),
        new("the missing 1/n of the fused loss", "Losses/SoftmaxCrossEntropy.cs", "prediction, targets.Classes, T.CreateTruncating(scale), gradPrediction)", "prediction, targets.Classes, T.One, gradPrediction)", typeof(LossGradientTests)),
        new("a stale mask", "Layers/DropoutLayer.cs", "Dropout.FillMask(Probability, pass.Random, mask);", "Dropout.FillMask(Probability, new SplitMix64(1), mask);", typeof(RandomStreamTests)),
        new("a layer that allocates", "Layers/DropoutLayer.cs", "Dropout.Forward(pass.Input, mask, pass.Output);", "GC.KeepAlive(new object()); Dropout.Forward(pass.Input, mask, pass.Output);", typeof(OperationFloatCallTests)),
        new("weight decay of the wrong sign", "Training/Optimizer.cs", "TVector.MultiplyAdd(TVector.Broadcast(decay), parameter, gradient)", "TVector.MultiplyAdd(TVector.Broadcast(-decay), parameter, gradient)", typeof(OptimizerFloatGoldenTests)),
        new("the last k-panel left out", "MatMul/FiveLoops/Loops5To2.cs", "for (nint pc = 0; pc == 0 || pc < x.K; pc += kc)", "for (nint pc = 0; pc == 0 || pc + kc < x.K; pc += kc)", typeof(MatMulFloatExactTests)),
        new("a product that forgets to accumulate", "MatMul/FiveLoops/Loops5To2.cs", "resumes = x.Accumulate || pc > 0;", "resumes = pc > 0;", typeof(MatMulFloatPropertyTests)),
        new("off by one in the rest of a packed row", "MatMul/Packing/Packing.cs", "nint.Min(j, columns - TVector.Count)", "nint.Min(j, columns - TVector.Count - 1)", typeof(MatMulFloatPackingTests)),
        new("a transposition that goes one vector too far", "MatMul/Packing/Packing.cs", "nint.Min(i, rows - TVector.Count)", "i", typeof(MatMulFloatGuardTests)),
        new("the last columns of a vector times a matrix left out", "MatMul/Strategies/VectorMatrixProduct.cs", "if (whole < n)", "if (whole + 1 < n)", typeof(MatMulFloatShapeTests)),
        new("one row of eight left out of a vector times a matrix", "MatMul/Strategies/VectorMatrixProduct.cs", "TVector.AddProduct(ref sum, x7, TVector.Load(b4 + (3 * stride) + j));", "", typeof(MatMulFloatExactTests)),
        new("the rest after the last line of a transposed B left out", "MatMul/Strategies/VectorMatrixProduct.cs", "if (done < k)", "if (done + 1 < k)", typeof(MatMulFloatExactTests)),
        new("a column of each lane left out of a transposition", "MatMul/Packing/Transposition.cs", "TUse.Use(ref sum, at + (3 * stride), TVector.JoinHigh(high01, high23));", "", typeof(MatMulFloatPackingTests)),
        new("a thread's stripe takes the first one's bias", "MatMul/MatrixProduct.cs", "x.Bias = Bias == null ? null : Bias + first;", "", typeof(MatMulFloatThreadTests)),
        new("the last thread's stripe left out", "MatMul/Strategies/ParallelProduct.cs", "(int)((whole + shared.stripe - 1) / shared.stripe)", "(int)(whole / shared.stripe)", typeof(MatMulFloatThreadTests)),
        new("a strategy that no product takes", "MatMul/ProductRoute.cs", ": IsFasterTransposed<T, TVector>(x) ? ProductStrategy.Transposed", "", typeof(MatMulFloatRouteTests)),
        new("a block of an outer product that does not know its row", "MatMul/Strategies/OuterProduct.cs", "x.FirstRow + i", "i", typeof(MatMulFloatPartEpilogueTests)),
        new("a gap between the rows of a network's input is taken for a part of it", "MatMul/PlannedProduct.cs", "RowMajor(a, left.RowStride,", "RowMajor(a, left.Columns,", typeof(FloatTrainingSequenceTests)),
        new("the first piece of tanh is not what lies below it too", "SpecialFunctions/Piecewise.cs", "TVector.HalfOctave(TVector.AtLeast(a, Constant<T, TVector>(0.046875, 0)))", "TVector.HalfOctave(a)", typeof(UnitsInTheLastPlaceTests)),
        new("a digit of a coefficient of tanh", "SpecialFunctions/Piecewise.cs", "0.50441605f", "0.50442605f", typeof(UnitsInTheLastPlaceTests)),
        new("no end of the normal distribution", "SpecialFunctions/Piecewise.cs", "Constant<T, TVector>(15 * Width, 0)", "Constant<T, TVector>(16 * Width, 0)", typeof(UnitsInTheLastPlaceTests)),
        new("the tail of one missed in a function", "Loops/UnaryLoop.cs", "if (done < length)", "if (done < length - 1)", typeof(FunctionFloatGoldenTests)),
        new("a tail that reads one too many", "Loops/UnaryLoop.cs", "nint count = nint.Min(length - i, TVector.Count);", "nint count = nint.Min(length - i + 1, TVector.Count);", typeof(OperationFloatGuardTests)),
        new("the tail of one missed between two operands", "Loops/BinaryLoop.cs", "TVector.FirstElements(nint.Min(length - i, TVector.Count))", "TVector.FirstElements(nint.Min(length - i - 1, TVector.Count))", typeof(FunctionGradientTests)),
        new("the tail of one missed in a sum", "Loops/Reductions.cs", "for (; i < length; i++)", "for (; i < length - 1; i++)", typeof(ReductionsFloatTests)),
        new("two of four sums left out", "Loops/Reductions.cs", "TVector.Add(TVector.Add(sum0, sum1), TVector.Add(sum2, sum3))", "TVector.Add(sum0, sum1)", typeof(ReductionsFloatTests)),
        new("a step inside the backward pass that leaves out layers of their own", "Networks/LayerOperation.cs", "if (update is not null)", "if (update is not null && saved.Length < 0)", typeof(FloatTrainingSequenceTests)),
        new("a joined derivative that is not applied", "Networks/FullyConnectedOperation.cs", "activation is not null && !ReaderAppliesDerivative", "activation is not null && IsGradientFromOutside", typeof(FloatTrainingSequenceTests)),
        new("a sum that forgets the way around", "Networks/GradientFlow.cs", "written[input] ? GradientWrite.Accumulate : GradientWrite.Overwrite", "GradientWrite.Overwrite", typeof(LayerGradientTests)),
        new("a further term of a gradient written over the first", "Networks/GradientTerm.cs", "if (write == GradientWrite.Accumulate)", "if (write == GradientWrite.None)", typeof(PlanGradientTests)),
        new("a product that writes over the gradient of other readers", "Networks/FullyConnectedOperation.cs", "accumulatesGradInput = write == GradientWrite.Accumulate;", "accumulatesGradInput = false;", typeof(PlanGradientTests)),
        new("columns of a concatenation that begin one too early", "Networks/ConcatenatedColumns.cs", "column += plan.Buffers[input].Features;", "column += plan.Buffers[input].Features - 1;", typeof(PlanGradientTests)),
        new("memory that is given away a moment too soon", "Networks/MemoryPacking.cs", "all[other].First <= all[part].Last && all[part].First <= all[other].Last", "all[other].First < all[part].Last && all[part].First < all[other].Last", typeof(PlanGradientTests)),
        new("a value that backward reads is not kept", "Networks/WorkspaceLayout.cs", "readsInput ? End : operation", "operation", typeof(PlanGradientTests)),
        new("a backward pass after half of a step", "Networks/NeuralNetwork.Passes.cs", "workspace.CanGoBack = update is null;", "", typeof(FloatUnfinishedPassTests)),
        new("a quadrant's sum with the wrong sign", "MatMul/Strassen/StrassenWinograd.cs", "PaddedSum<T>.Subtract(s, a.Q11, s, threads);", "PaddedSum<T>.Add(s, a.Q11, s, threads);", typeof(StrassenFloatExactTests)),
        new("a product that reaches one quadrant of two", "MatMul/Strassen/StrassenWinograd.cs", "new(adds, c.Q12, c.Q22)", "new(adds, c.Q12)", typeof(StrassenFloatExactTests)),
        new("what an odd size lacks is left as it was", "MatMul/Strassen/PaddedSum.cs", "for (nint j = i < rows ? columns : 0; j < z.Columns; j++)", "for (nint j = i < rows ? columns : z.Columns; j < z.Columns; j++)", typeof(StrassenFloatExactTests)),
        new("the quadrants of a transposed operand not exchanged", "MatMul/Strassen/Quadrants.cs", "Q12 = isTransposed ? left : right;", "Q12 = right;", typeof(StrassenFloatExactTests)),
        new("one column too many goes to a quadrant of an odd size", "MatMul/Strassen/QuadrantWriter.cs", "nint.Min(block.Columns, to.Columns - block.Column)", "block.Columns", typeof(StrassenFloatContractTests)),
        new("a row of one operand that begins an element too late", "Loops/BinaryLoop.cs", "y += yRow, z", "y += yRow + 1, z", typeof(StridedBinaryLoopFloatTests)),
        new("layer normalization: what is beyond a row's end counts in its variance", "Loops/RowMomentsLoop.cs", "TVector.AndMask(center, mask)", "center", typeof(FunctionGradientTests)),
        new("layer normalization: a row's end has no gradient of its scale", "Loops/RowMomentsGradientLoop.cs", "TVector.StoreMasked(gradGamma, operands.GradGamma + j, mask);", "", typeof(FunctionGradientTests)),
        new("layer normalization: one of two sums left out", "Loops/RowMomentsGradientLoop.cs", "TVector.Sum(TVector.Add(weighted0, weighted1))", "TVector.Sum(weighted0)", typeof(FunctionGradientTests)),
        new("layer normalization: a slope that forgets how wide the row is spread", "Functions/LayerNorm.cs", "sumOfHD / count * r * r", "sumOfHD / count * r", typeof(FunctionGradientTests)),
        new("the end of a looked-up row is not copied", "Loops/RowGather.cs", "TVector.StoreMasked(TVector.LoadMasked(entry + j, mask), y + j, mask);", "", typeof(FunctionGradientTests)),
        new("a logarithm that forgets to halve", "SpecialFunctions/Logarithm.cs", "TVector.Multiply(m, Constant<T, TVector>(0.5, 0.5))", "m", typeof(LogarithmTests)),
        new("the divergence of what is 0 is NaN", "Losses/KullbackLeibler.cs", "return TVector.SelectGreater(t, zero, term, other);", "return term;", typeof(ReductionTests)),
        new("a mean where a sum is asked for", "Losses/LossTotal.cs", "reduction == Reduction.Sum ? Sum : Weight", "Weight", typeof(ReductionTests)),
        new("a row of a sparse gradient is not noted", "Functions/Embedding.cs", "touched?.Add(entry);", "", typeof(SparseEmbeddingTests)),
        new("rows of the batch before are not cleared", "Networks/SparseGradients.cs", "gradients.Slice(slot.Offset + (row * slot.Columns), slot.Columns).Clear();", "", typeof(SparseEmbeddingTests)),
        new("a sparse step takes another row's state", "Networks/SparseGradients.cs", "gradients.Slice(offset, slot.Columns), offset);", "gradients.Slice(offset, slot.Columns), slot.Offset);", typeof(SparseEmbeddingTests)),
        new("partly shared views are not refused", "Tensors/Overlap.cs", "&& !AreSame(source, destination) && Share(source, destination)", "&& AreSame(source, destination) && source.IsEmpty", typeof(OperationFloatSharingTests)),
        new("a mean of means", "Training/NetworkEvaluation.cs", "return new(total.Value(loss.Reduction), total.Accuracy);", "total.Weight = data.Rows; return new(total.Value(loss.Reduction), total.Accuracy);", typeof(LossAverageTests)),
        new("each accumulated batch is a mean of its own", "Training/TrainingSteps.cs", "count == rows.Length ? weight : weightOfAll, gradLoss", "weight, gradLoss", typeof(LossInvarianceTests)),
        new("ignored rows are counted as wrong", "Training/NetworkEvaluation.cs", "if (targets.Classes[row] != ignoredClass)", "if (row >= 0)", typeof(LossAverageTests)),
        new("a checkpoint forgets the weight of the epoch so far", "Training/TrainingState.cs", "Weight = checkpoint.LossWeight,", "", typeof(LossAverageTests)),
        new("a mean over nothing leaves what the loss has written", "Losses/LossTotal.cs", "            gradPrediction.Clear();\n", "", typeof(WeightlessBatchTests)),
        new("the gradient of a mean over nothing is divided by 0", "Losses/LossTotal.cs", "isMeanOfNothing = isMean && weightOfAll == 0;", "isMeanOfNothing = false;", typeof(WeightlessBatchTests)),
        new("a gradient of 0 goes back through what is infinite", "Training/TrainingSteps.cs", "if (!gradOutput.Span.ContainsAnyExcept(T.Zero))", "if (gradOutput.IsEmpty)", typeof(WeightlessBatchTests)),
        new("equal targets have a variance", "Training/RegressionMetrics.cs", "double origin = values.Rows == 0 ? 0 : double.CreateChecked(values[0, column]) / unit;", "double origin = 0;", typeof(RegressionMetricsTests)),
        new("class indices in the gradient are not refused", "Losses/Targets.cs", "Overlap.CheckDisjoint(Classes, gradient, \"targets\", name);\n    }\n\n    /// <summary>Throws unless", "}\n\n    /// <summary>Throws unless", typeof(OperationFloatSharingTests)),
    ];

    public override string ToString() => $"{Fault} ({File}) → {CaughtBy.Name}";
}
