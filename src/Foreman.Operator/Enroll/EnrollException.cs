namespace Foreman.Operator.Enroll;

/// <summary>A host can't be enrolled; the message says what, where, why and what to do.</summary>
internal sealed class EnrollException(string message) : Exception(message);
