namespace Foreman.Testing;

/// <summary>Who lives in a session (setsid), read from /proc.</summary>
internal static class ProcessSession
{
    /// <summary>Stands in the command line of each process's watcher, and is how it is told apart.</summary>
    public const string WatcherMark = "watched";

    /// <summary>"pid command" of every process of the session that is neither dead nor the watcher.</summary>
    public static IReadOnlyList<string> Living(int session)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        return [.. Directory.EnumerateDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _))
            .Where(name => BelongsTo(name!, session))
            .Select(name => (Name: name, Command: CommandLine(name!)))

            // A process that ends has given back its memory, and its command line with it, before it is a zombie.
            .Where(process => process.Command.Length > 0)
            .Select(process => $"{process.Name} {process.Command}")
            .Where(line => !line.Contains($" {WatcherMark} ", StringComparison.Ordinal))];
    }

    private static bool BelongsTo(string pid, int session)
    {
        // 1234 (the name) S ppid pgrp session …: the name may hold spaces and brackets, so count from the last bracket.
        var stat = ReadOrEmpty($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 3 && fields[0] is not ("Z" or "X") && int.Parse(fields[3], null) == session;
    }

    private static string CommandLine(string pid) => ReadOrEmpty($"/proc/{pid}/cmdline").Replace('\0', ' ');

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
