namespace Foreman.Operator.Try;

/// <summary>Where one <c>try</c> keeps its files: what the task wrote stays there afterwards, the rest goes.</summary>
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
    public void Tidy()
    {
        foreach (var folder in OnlyWhileRunning.Select(f => System.IO.Path.Combine(Path, f)).Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException)
            {
                // The system's temporary folder is swept by others.
            }
        }
    }

    private string Under(params string[] names) =>
        Directory.CreateDirectory(System.IO.Path.Combine([Path, .. names])).FullName;
}
