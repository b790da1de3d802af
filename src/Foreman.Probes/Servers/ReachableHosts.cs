namespace Foreman.Probes;

/// <summary>Names and addresses under which other hosts reach this one.</summary>
/// <param name="Override">Host that was set for this purpose; wins.</param>
/// <param name="TailscaleAddress">Address of the host in a tailnet; next.</param>
public sealed record ReachableHosts(string? Override = null, string? TailscaleAddress = null);
