using System.Diagnostics;
using System.Globalization;
using System.Text;
using Foreman.Testing;

namespace Foreman.Sandbox.Tests;

/// <summary>A file that this process has open in the way of those that it was started with.</summary>
public sealed class OwnDescriptorsTests : IDisposable
{
    private const string Canary = "canary-7c20e1";

    private readonly TempFolder _folder = new();
    private readonly TempFolder _outside = new("foreman-outside-");

    public void Dispose()
    {
        _folder.Dispose();
        _outside.Dispose();
    }

    [Fact]
    public async Task A_command_has_no_open_file_of_what_starts_it()
    {
        var (cage, reason) = await Cages.FindAsync(Cages.OfHost(), TimeProvider.System, CancellationToken.None);
        Assert.SkipWhen(cage is null, reason ?? "");
        using var open = Open();

        var result = await cage.RunAsync(
            new CagePolicy { Workspace = _folder.Path },
            new CageCommand { Program = "/bin/bash", Arguments = ["-c", $"cat <&{Number(open)}; ls /proc/self/fd"] },
            CancellationToken.None);

        Assert.DoesNotContain(Canary, Encoding.UTF8.GetString(result.Output.Head.Span), StringComparison.Ordinal);
        Assert.Contains("Bad file descriptor", Encoding.UTF8.GetString(result.Errors.Head.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Older_kernels_keep_them_back_too()
    {
        using var open = Open();

        OwnDescriptors.MarkEach();

        using var reader = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", $"cat <&{Number(open)}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Assert.DoesNotContain(Canary, reader.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.Contains("Bad file descriptor", reader.StandardError.ReadToEnd(), StringComparison.Ordinal);
        reader.WaitForExit();
    }

    private FileStream Open() => new(_outside.Write("secret", Canary), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Inheritable);

    private static string Number(FileStream open) => ((int)open.SafeFileHandle.DangerousGetHandle()).ToString(CultureInfo.InvariantCulture);
}
