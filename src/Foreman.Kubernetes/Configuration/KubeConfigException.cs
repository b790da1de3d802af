namespace Foreman.Kubernetes;

/// <summary>
/// The connection to a cluster is configured wrongly. The message says which file and key, what was found, what was expected
/// and what to do.
/// </summary>
public sealed class KubeConfigException : Exception
{
    /// <summary>Describes one mistake of a configuration.</summary>
    /// <param name="file">File, or places that were looked at.</param>
    /// <param name="key">Key inside the file, for example <c>users[admin].user.token</c>; null for the whole file.</param>
    /// <param name="problem">What was found and what was expected.</param>
    /// <param name="remedy">What to do, as a sentence.</param>
    /// <param name="inner">Cause, if another error led here.</param>
    public KubeConfigException(string file, string? key, string problem, string remedy, Exception? inner = null)
        : base(Compose(file, key, problem, remedy), inner)
    {
        File = file;
        Key = key;
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>File, or places that were looked at.</summary>
    public string File { get; }

    /// <summary>Key inside the file; null for the whole file.</summary>
    public string? Key { get; }

    /// <summary>What was found and what was expected.</summary>
    public string Problem { get; }

    /// <summary>What to do.</summary>
    public string Remedy { get; }

    private static string Compose(string file, string? key, string problem, string remedy) =>
        key is null ? $"{file}: {problem}. {remedy}" : $"{file}: {key}: {problem}. {remedy}";
}
