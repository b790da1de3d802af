using Foreman.Hosting;

namespace Foreman.Operator.Cli;

/// <summary>What is said of a flag whose value can't be used.</summary>
internal static class UsageError
{
    /// <summary>The error, for the caller to throw.</summary>
    /// <param name="option">With its dashes.</param>
    /// <param name="value">As it was typed.</param>
    /// <param name="expected">What would be right.</param>
    public static ExitException Invalid(string option, string value, string expected) =>
        new(ExitCodes.Usage, $"{option}: `{value}` is not valid: expected {expected}");
}
