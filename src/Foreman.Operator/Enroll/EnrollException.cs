namespace Foreman.Operator.Enroll;

/// <summary>A host can't be enrolled.</summary>
internal sealed class EnrollException(string message) : Exception(message);
