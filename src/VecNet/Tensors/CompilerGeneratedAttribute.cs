namespace System.Runtime.CompilerServices;

/// <summary>
/// Replaces the runtime's attribute for the compiler, which does not find a constructor here and therefore does not write the attribute on
/// everything that it generates. It would take 20 kB, and nothing reads it.
/// </summary>
internal static class CompilerGeneratedAttribute;
