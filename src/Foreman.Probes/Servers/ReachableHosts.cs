namespace Foreman.Probes;

/// <summary>Names and addresses under which other hosts reach this one.</summary>
/// <param name="Override">Configured host; takes precedence.</param>
/// <param name="TailscaleAddress">Address of the host in a tailnet; second.</param>
public sealed record ReachableHosts(string? Override = null, string? TailscaleAddress = null);
