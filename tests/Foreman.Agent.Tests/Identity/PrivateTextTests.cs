using Foreman.Agent.Identity;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Identity;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PrivateTextTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_replaced_as_a_whole_and_readable_by_its_owner_only()
    {
        var path = _folder.Write("new/kubeconfig", "old and longer");
        File.SetUnixFileMode(path, Owner | UnixFileMode.OtherRead);
        _folder.Write("new/kubeconfig.new", "left behind");

        PrivateText.Write(path, "fresh");

        Assert.Equal(("fresh", Owner), (File.ReadAllText(path), File.GetUnixFileMode(path)));
        Assert.Equal([path], Directory.GetFiles(_folder["new"]));
    }

    [Fact]
    public void A_folder_is_made_for_its_owner_only()
    {
        PrivateText.Write(_folder[".foreman/kubeconfig"], "fresh");

        Assert.Equal("fresh", File.ReadAllText(_folder[".foreman/kubeconfig"]));
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder[".foreman"]));
    }

    [Fact]
    public void A_link_stays_and_leads_to_the_new_text()
    {
        var target = _folder.Write("target", "old");
        File.CreateSymbolicLink(_folder["link"], target);

        PrivateText.Write(_folder["link"], "fresh");

        Assert.Equal("fresh", File.ReadAllText(target));
        Assert.NotNull(new FileInfo(_folder["link"]).LinkTarget);
    }
}
