using Foreman.Sandbox.Landlock;

namespace Foreman.Sandbox.Tests.Landlock;

public class LandlockRulesTests
{
    [Theory]
    [InlineData(1, 0x1fff)]
    [InlineData(2, 0x3fff)]
    [InlineData(3, 0x7fff)]
    [InlineData(4, 0x7fff)]
    [InlineData(5, 0xffff)]
    [InlineData(7, 0xffff)]
    public void Every_kind_of_access_that_a_version_knows_is_guarded(int version, ulong kinds)
    {
        Assert.Equal((FileAccessKinds)kinds, LandlockRules.Guarded(version));
    }

    [Fact]
    public void Only_the_workspace_and_the_temporary_folder_can_be_changed()
    {
        var rules = LandlockRules.Of("/w", "/t", ["/opt/tool"]);

        const FileAccessKinds Makes = FileAccessKinds.MakeFile | FileAccessKinds.MakeDirectory | FileAccessKinds.RemoveFile | FileAccessKinds.Truncate;
        Assert.Equal(["/w", "/t"], rules.Where(r => (r.Access & Makes) != 0).Select(r => r.Path));
        Assert.All(rules.Where(r => r.Access.HasFlag(FileAccessKinds.WriteFile)).Select(r => r.Path), path => Assert.True(path is "/w" or "/t" || path.StartsWith("/dev/", StringComparison.Ordinal)));
        Assert.Contains(rules, r => r.Path == "/opt/tool" && r.Access.HasFlag(FileAccessKinds.Execute) && !r.Access.HasFlag(FileAccessKinds.WriteFile));
    }

    [Fact]
    public void No_rule_lets_devices_be_made_or_covers_home_and_the_places_of_sockets_and_secrets()
    {
        var rules = LandlockRules.Of("/srv/w", "/tmp/t", []);

        Assert.DoesNotContain(rules, r => (r.Access & (FileAccessKinds.MakeBlockDevice | FileAccessKinds.MakeCharacterDevice)) != 0);
        Assert.All(
            (string[])["/root", "/home/me/.ssh/id_rsa", "/var/run/docker.sock", "/run/secrets/token", "/etc/shadow", "/tmp/other", "/dev/mem"],
            path => Assert.DoesNotContain(rules, r => path.StartsWith(r.Path + "/", StringComparison.Ordinal) || path == r.Path));
    }

    [Fact]
    public void A_rule_on_a_file_names_kinds_of_files_only()
    {
        var directory = LandlockRules.Applicable(FileAccessKinds.ReadFile | FileAccessKinds.ReadDirectory | FileAccessKinds.Truncate, isDirectory: true, version: 2);
        var file = LandlockRules.Applicable(FileAccessKinds.ReadFile | FileAccessKinds.ReadDirectory | FileAccessKinds.Truncate, isDirectory: false, version: 3);

        Assert.Equal(FileAccessKinds.ReadFile | FileAccessKinds.ReadDirectory, directory);
        Assert.Equal(FileAccessKinds.ReadFile | FileAccessKinds.Truncate, file);
    }
}
