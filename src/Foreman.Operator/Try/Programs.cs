using Foreman.Hosting;

namespace Foreman.Operator.Try;

/// <summary>Finds Foreman's two programs.</summary>
internal static class Programs
{
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    /// <summary>This program.</summary>
    public static string Operator()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "foreman-operator" + Suffix);
        return File.Exists(beside) ? beside : Environment.ProcessPath ?? beside;
    }

    /// <summary>foreman-agent: beside this program, where a build from source puts it, or on the PATH.</summary>
    /// <exception cref="ExitException">It was not found.</exception>
    public static string Agent(Func<string, string?> environment)
    {
        var name = "foreman-agent" + Suffix;
        var folder = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        var configuration = Path.GetFileName(folder);
        string[] places =
        [
            Path.Combine(folder, name),
            Path.GetFullPath(Path.Combine(folder, "..", "..", "Foreman.Agent", configuration, name)),
            .. (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(p => Path.Combine(p, name)),
        ];
        return places.FirstOrDefault(File.Exists) ?? throw new ExitException(
            ExitCodes.Failed, $"{name} was not found beside foreman-operator ({folder}), nor on the PATH; build it with ./foreman, or put it there");
    }
}
