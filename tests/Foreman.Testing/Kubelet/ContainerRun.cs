namespace Foreman.Testing.Kubelet;

/// <summary>One run of a container: its process and what it wrote.</summary>
internal sealed class ContainerRun : IDisposable
{
    /// <summary>Begins one.</summary>
    /// <param name="folder">Its folder, which is made.</param>
    public ContainerRun(string folder)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        Log = new ContainerLog(Path.Combine(Folder, "log"));
    }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>What it wrote.</summary>
    public ContainerLog Log { get; }

    /// <summary>Its process; null before it is started.</summary>
    public ContainerProcess? Process { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Process?.Dispose();
        Log.Dispose();
    }
}
