namespace Foreman.Probes;

/// <summary>How a helper program ended.</summary>
/// <param name="ExitCode">Its exit code; null when it did not end in time or could not be started.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Failure">Why there is no exit code; null when there is one.</param>
internal sealed record CommandOutput(int? ExitCode, string Output, string? Failure = null)
{
    public bool Succeeded => ExitCode == 0;
}
