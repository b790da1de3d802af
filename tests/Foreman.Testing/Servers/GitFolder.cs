namespace Foreman.Testing;

/// <summary>A person's clone, worked on with the real git command and none of the person's settings.</summary>
public sealed class GitFolder
{
    private static readonly Dictionary<string, string?> Environment = new()
    {
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_DIR"] = null,
        ["GIT_WORK_TREE"] = null,
        ["GIT_INDEX_FILE"] = null,
        ["GIT_AUTHOR_NAME"] = "Pat Person",
        ["GIT_AUTHOR_EMAIL"] = "pat@example.com",
        ["GIT_COMMITTER_NAME"] = "Pat Person",
        ["GIT_COMMITTER_EMAIL"] = "pat@example.com",
    };

    private GitFolder(string path) => Path = path;

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>Makes a repository with nothing in it.</summary>
    /// <param name="path">Where.</param>
    /// <param name="format">The hash that names its objects: <c>sha1</c> or <c>sha256</c>.</param>
    public static async Task<GitFolder> InitAsync(string path, string format = "sha1")
    {
        Directory.CreateDirectory(path);
        await GitAsync(path, "init", "-q", "-b", "main", $"--object-format={format}");
        return new GitFolder(path);
    }

    /// <summary>Clones a repository of this machine.</summary>
    public static async Task<GitFolder> CloneAsync(string from, string path)
    {
        await GitAsync(System.IO.Path.GetTempPath(), "-c", "protocol.file.allow=always", "clone", "-q", from, path);
        return new GitFolder(path);
    }

    /// <summary>Runs git in a folder; fails with all it said when the exit code is not 0.</summary>
    public static async Task<string> GitAsync(string folder, params string[] arguments) =>
        (await CommandRun.RunAsync(new ProcessRequest { Program = "git", Arguments = arguments, WorkingDirectory = folder, Environment = Environment }, TimeSpan.FromMinutes(5))).Succeeded().Output;

    /// <summary>Runs git here.</summary>
    public Task<string> RunAsync(params string[] arguments) => GitAsync(Path, arguments);

    /// <summary>Writes a file, and the folders above it.</summary>
    public void Write(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Commits everything and returns the commit's name.</summary>
    public async Task<string> CommitAsync(string message)
    {
        await RunAsync("add", "-A");
        await RunAsync("commit", "-q", "--allow-empty", "-m", message);
        return (await RunAsync("rev-parse", "HEAD")).Trim();
    }

    /// <summary>Writes a file, commits it, and returns the commit's name.</summary>
    public Task<string> CommitAsync(string name, string text, string? message = null)
    {
        Write(name, text);
        return CommitAsync(message ?? $"Change {name}");
    }

    /// <summary>Pushes what is checked out to a repository of this machine.</summary>
    public Task PushAsync(string to, string branch, params string[] more) => RunAsync(["push", "-q", .. more, to, $"HEAD:refs/heads/{branch}"]);
}
