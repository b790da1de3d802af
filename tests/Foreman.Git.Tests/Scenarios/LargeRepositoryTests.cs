using System.Text;
using Foreman.Testing;

namespace Foreman.Git.Tests.Scenarios;

/// <summary>Repositories of many files; <c>.ci/long git</c> asks for 100,000.</summary>
public class LargeRepositoryTests
{
    private static int Files => LongRun.Seeds(quick: 1000, full: 3000);

    [Fact]
    public async Task A_repository_of_100000_files_is_mirrored_checked_out_changed_and_pushed()
    {
        await using var server = await GitServer.StartAsync();
        await ImportAsync(await server.CreateAsync("o/large"), Files);
        using var host = await HostUnderTest.StartAsync(server);
        var address = HostUnderTest.Address(server, "o/large");

        var first = await host.CheckoutAsync(address, "foreman/one");
        var tree = await host.CheckoutAsync(address, "foreman/two");
        File.WriteAllText(Path.Combine(tree.Workspace, "d0/f0.txt"), "changed\n");
        File.Delete(Path.Combine(tree.Workspace, "d1/f1.txt"));
        File.WriteAllText(Path.Combine(tree.Workspace, "new.txt"), "new\n");
        var changes = await tree.ChangesAsync(CancellationToken.None);
        var sha = await HostUnderTest.CommittedAsync(tree);
        var pushed = await host.PushAsync(tree, address, sha);

        Assert.Equal(Files, Directory.EnumerateFiles(first.Workspace, "*", SearchOption.AllDirectories).Count());
        Assert.Equal(["d0/f0.txt", "d1/f1.txt", "new.txt"], changes.Select(c => c.Path).Order());
        Assert.IsType<PushResult.Pushed>(pushed);
    }

    // As fast-import reads it: 100 folders, each file with a line of its own.
    private static async Task ImportAsync(string bare, int files)
    {
        var text = new StringBuilder("commit refs/heads/main\ncommitter P <p@x> 1700000000 +0000\ndata 5\nBegin\n");
        for (var i = 0; i < files; i++)
        {
            var content = $"file {i}\n";
            text.Append($"M 100644 inline d{i % 100}/f{i}.txt\ndata {content.Length}\n{content}\n");
        }

        (await CommandRun.RunAsync(new ProcessRequest { Program = "git", Arguments = ["fast-import", "--quiet"], WorkingDirectory = bare, Input = text.ToString() }, TimeSpan.FromMinutes(5))).Succeeded();
    }
}
