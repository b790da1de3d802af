using Foreman.Hosting;

namespace Foreman.Operator.Enroll;

/// <summary>A new file that only its owner may read.</summary>
internal static class PrivateFile
{
    /// <summary>Creates the file, without overwriting, before a secret is requested.</summary>
    /// <exception cref="ExitException">It exists already, or can't be created.</exception>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new ExitException(ExitCodes.Failed, $"{path} is there already: name another file with --output, or remove it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExitException(ExitCodes.Failed, $"{path} can't be written ({e.Message}): name a file in a folder that you may write to with --output");
        }
    }
}
