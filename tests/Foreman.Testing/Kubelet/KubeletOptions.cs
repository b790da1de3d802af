namespace Foreman.Testing.Kubelet;

/// <summary>What a small kubelet's node is like.</summary>
public sealed record KubeletOptions
{
    /// <summary>Labels of the Node beside those that every kubelet sets.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Key of a taint that keeps pods away which do not tolerate it (<c>NoSchedule</c>); null for none.</summary>
    public string? ReservedFor { get; init; }

    /// <summary>CPUs that the Node claims to have, as a quantity; nothing enforces it but the scheduler.</summary>
    public string Cpu { get; init; } = "64";

    /// <summary>Memory that the Node claims to have, as a quantity.</summary>
    public string Memory { get; init; } = "256Gi";

    /// <summary>Local storage that the Node claims to have, as a quantity.</summary>
    public string EphemeralStorage { get; init; } = "4Ti";

    /// <summary>Most pods at once.</summary>
    public int Pods { get; init; } = 1000;

    /// <summary>
    /// First wait before a pull, a mount or a start is tried again; it doubles up to 16 times itself. A real kubelet waits 10 s and up to
    /// 5 min. Above 0.
    /// </summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromMilliseconds(500);

    internal TimeSpan WaitAfter(int failures) => BackOff * Math.Pow(2, Math.Clamp(failures, 0, 4));
}
