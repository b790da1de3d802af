using Foreman.Testing;

namespace Foreman.Runner.Tests.Scene;

/// <summary>A clone on this machine, made with the real git.</summary>
internal sealed class LocalRepository
{
    private LocalRepository(string path) => Path = path;

    public string Path { get; }

    /// <summary>What a task names.</summary>
    public string Url => new Uri(Path).AbsoluteUri;

    /// <summary>Makes one with a first commit on main.</summary>
    public static async Task<LocalRepository> CreateAsync(string path, params (string Path, string Text)[] files)
    {
        Directory.CreateDirectory(path);
        var repository = new LocalRepository(path);
        await repository.GitAsync("init", "--quiet", "--initial-branch=main");
        await repository.CommitAsync("Begin", files);
        return repository;
    }

    /// <summary>Writes files and commits them on the branch that is checked out.</summary>
    public async Task CommitAsync(string message, params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            var file = System.IO.Path.Combine(Path, path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text);
        }

        await GitAsync("add", "--all");
        await GitAsync("-c", "user.name=me", "-c", "user.email=me@example.com", "commit", "--quiet", "-m", message);
    }

    /// <summary>Runs git in it and returns what it says.</summary>
    public async Task<string> GitAsync(params string[] arguments)
    {
        var run = await TryGitAsync(arguments);
        Assert.True(run.ExitCode == 0, $"{run.Command}: {run.Error}");
        return run.Output.TrimEnd('\n');
    }

    public Task<CommandRun> TryGitAsync(params string[] arguments) => CommandRun.RunAsync(new ProcessRequest { Program = "git", Arguments = ["-C", Path, .. arguments] });
}
