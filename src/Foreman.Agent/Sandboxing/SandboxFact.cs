using Foreman.Api;
using Foreman.Primitives;
using Foreman.Sandbox;

namespace Foreman.Agent.Sandboxing;

/// <summary>What a host says of its sandbox.</summary>
internal static class SandboxFact
{
    private const int LongestReason = 1000;

    /// <summary>The fact.</summary>
    /// <param name="found">How well commands are confined; null when no sandbox works.</param>
    /// <param name="reason">Why it is not full, for people; null when it is.</param>
    /// <param name="insecure">True when commands run without a sandbox too.</param>
    public static NodeSandbox Of(CageMode? found, string? reason, bool insecure)
    {
        var mode = found switch
        {
            CageMode.Full => SandboxMode.Full,
            CageMode.Reduced => SandboxMode.Reduced,
            _ => SandboxMode.None,
        };
        return new NodeSandbox
        {
            Mode = mode,
            Reason = mode == SandboxMode.Full || string.IsNullOrWhiteSpace(reason) ? null : Printable.Line(reason, LongestReason),
            Unconfined = mode == SandboxMode.None && insecure ? true : null,
        };
    }
}
