namespace Foreman.Primitives;

/// <summary>
/// Text from outside can't be used: it is too large, nested too deep, too slow to arrive, or not of its format. It is the
/// only exception of the readers of foreign text, and always the fault of the source.
/// </summary>
/// <param name="message">What is wrong with the text; holds at most 200 of its characters, escaped.</param>
/// <param name="inner">The cause, if any.</param>
public sealed class ForeignTextException(string message, Exception? inner = null) : IOException(message, inner);
