namespace Foreman.Kubernetes.Tests;

/// <summary>
/// A credential plugin written by a test in shell. The shell reads it as an argument: a file that was just written may not
/// be run while another thread starts a process.
/// </summary>
internal sealed class PluginScript : IDisposable
{
    private readonly TempFolder _folder = new();

    public PluginScript(string text) => File = _folder.Write("plugin.sh", $"echo run >> '{_folder["runs"]}'\n{text}\n");

    public string File { get; }

    /// <summary>How often it was run.</summary>
    public int Runs => System.IO.File.Exists(_folder["runs"]) ? System.IO.File.ReadAllLines(_folder["runs"]).Length : 0;

    public ExecConfig Config => new()
    {
        ApiVersion = "client.authentication.k8s.io/v1",
        Command = "/bin/sh",
        Args = [File],
        InteractiveMode = ExecInteractiveMode.Never,
        Source = ("/home/me/.kube/config", "users[me].user.exec"),
    };

    /// <summary>A file beside the script.</summary>
    public string this[string name] => _folder[name];

    public static string Answer(string status, string version = "client.authentication.k8s.io/v1") =>
        $$"""{"apiVersion":"{{version}}","kind":"ExecCredential","status":{{status}}}""";

    public void Dispose() => _folder.Dispose();
}
