namespace Foreman.Testing;

/// <summary>A folder of its own under the system's temporary folder, deleted on dispose.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Makes the folder; only its owner may look into it.</summary>
    public TempFolder(string prefix = "foreman-test-") => Path = Directory.CreateTempSubdirectory(prefix).FullName;

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>A path inside the folder.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Writes a text file inside the folder, with the folders above it, and returns its path.</summary>
    public string Write(string relative, string text)
    {
        var path = this[relative];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes a shell script that can be run by its path, and returns the path.</summary>
    public string WriteScript(string relative, string body) => TestScript.Write(this[relative], body);

    /// <summary>Makes a folder inside the folder and returns its path.</summary>
    public string MakeFolder(string relative) => Directory.CreateDirectory(this[relative]).FullName;

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that is just ending may still write here; the system's temporary folder is swept by others.
        }
    }
}
