using System.Text;
using Foreman.Tools.Workspaces;
using Microsoft.Win32.SafeHandles;

namespace Foreman.Tools;

/// <summary>
/// Large results of a run's calls, one file each, outside of the workspace. Tools that read files take <c>result:ID</c> for a
/// path, so that a model can go on where a result was cut.
/// </summary>
/// <param name="directory">Made with the first result.</param>
/// <param name="maxBytes">Of all results together; what comes after is not kept.</param>
internal sealed class ResultFolder(string directory, long maxBytes = ResultFolder.DefaultMaxBytes)
{
    /// <summary>Results of one run, in bytes.</summary>
    internal const long DefaultMaxBytes = 64L << 20;

    /// <summary>Before the id, in the place of a path.</summary>
    internal const string Prefix = "result:";

    private const int MaxIdCharacters = 32;

    private long _bytes = -1;

    /// <summary>Keeps a result; returns the path by which tools read it, null when there is no more room or the disk refuses it.</summary>
    /// <param name="id">Of the call: letters and digits.</param>
    /// <param name="text">The whole result.</param>
    internal string? Keep(string id, string text)
    {
        if (!IsId(id))
        {
            return null;
        }

        try
        {
            Make();
            var bytes = Encoding.UTF8.GetBytes(text);
            if (_bytes + bytes.Length > maxBytes)
            {
                return null;
            }

            File.WriteAllBytes(Path.Combine(directory, id), bytes);
            _bytes += bytes.Length;
            return Prefix + id;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The model is then told to ask for less, as without a folder.
            return null;
        }
    }

    /// <summary>Opens a result.</summary>
    /// <param name="path">As <see cref="Keep"/> returned it.</param>
    /// <exception cref="WorkspaceException">There is none of that id.</exception>
    internal SafeFileHandle Open(string path)
    {
        var id = path[Prefix.Length..];
        try
        {
            return IsId(id) ? File.OpenHandle(Path.Combine(directory, id)) : throw Missing(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Missing(path);
        }
    }

    /// <summary>The error for a result that is not there.</summary>
    internal static WorkspaceException Missing(string path) =>
        new($"`{Foreman.Primitives.Printable.Line(path, 60)}` is not kept: call the tool again, and ask for less at once", WorkspaceFault.NotFound);

    private static bool IsId(string id) => id.Length is > 0 and <= MaxIdCharacters && id.All(char.IsAsciiLetterOrDigit);

    private void Make()
    {
        if (_bytes >= 0)
        {
            return;
        }

        var folder = OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(directory)
            : Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _bytes = folder.EnumerateFiles().Sum(f => f.Length);
    }
}
