using System.Diagnostics;

namespace Foreman.Testing;

/// <summary>Shell scripts that tests run.</summary>
public static class TestScript
{
    /// <summary>Writes a shell script that can be run by its path, with the folders above it, and returns the path.</summary>
    /// <remarks>
    /// Another process writes it: while this one had it open, a child that another test starts at that moment would have it open too,
    /// and until that child runs its own program the script could not be run ("Text file busy").
    /// </remarks>
    /// <exception cref="IOException">It could not be written.</exception>
    public static string Write(string path, string body)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var text = $"#!/bin/sh\n{body}\n";
        if (OperatingSystem.IsWindows())
        {
            File.WriteAllText(path, text);
            return path;
        }

        using var writer = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "cat >\"$0\" && chmod 700 \"$0\"", path]) { RedirectStandardInput = true })!;
        writer.StandardInput.Write(text);
        writer.StandardInput.Close();
        writer.WaitForExit();
        return writer.ExitCode == 0 ? path : throw new IOException($"the script '{path}' could not be written");
    }
}
