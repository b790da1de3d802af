namespace Foreman.Operator.Try;

/// <summary>The folder of one <c>try</c>: what the task wrote is kept, the rest is deleted.</summary>
internal sealed class TryFolder
{
    private static readonly string[] OnlyWhileRunning = ["cluster", "operator", "state"];

    public TryFolder() => Path = Directory.CreateTempSubdirectory("foreman-try-").FullName;

    public string Path { get; }

    public string Cluster => Under("cluster");

    public string OperatorState => Under("operator");

    public string Logs => Under("logs");

    public string AgentState(string node) => Under("state", node);

    public string Workspaces(string node) => Under("workspaces", node);

    public string Log(string program) => System.IO.Path.Combine(Logs, program + ".log");

    /// <summary>Removes what only the running programs needed.</summary>
    public void Cleanup()
    {
        foreach (var folder in OnlyWhileRunning.Select(f => System.IO.Path.Combine(Path, f)).Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException)
            {
                // It is in the system's temporary folder, so it may be left behind.
            }
        }
    }

    private string Under(params string[] names) =>
        Directory.CreateDirectory(System.IO.Path.Combine([Path, .. names])).FullName;
}
