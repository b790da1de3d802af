using Foreman.Hosting;

namespace Foreman.Agent.Identity;

/// <summary>Makes sure at the start that a folder can be written, instead of failing the first task.</summary>
internal static class WritableFolder
{
    /// <param name="path">The folder.</param>
    /// <param name="flag">Flag that sets it, for the message.</param>
    /// <param name="purpose">What it is for, for the message.</param>
    /// <exception cref="ExitException">It can't be made or written.</exception>
    public static void Ensure(string path, string flag, string purpose)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                Create(path);
            }

            var probe = Path.Combine(path, $".write-test-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostLimits.Explain(e) ?? new ExitException(
                ExitCodes.BadConfiguration,
                $"the folder {path} for {purpose} can't be written: {e.Message.TrimEnd('.')}. Correct its rights, or name another with {flag}", e);
        }
    }

    // Prompts, answers and results: for the owner only.
    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
