namespace Foreman.Operator.Inputs;

/// <summary>A file of an input can't be had now; the message says why and what to do, without a full stop.</summary>
internal sealed class InputException(string message) : Exception(message);
