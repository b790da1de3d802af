using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Runner.Outboxes;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Outboxes;

public sealed class OutboxTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2031, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    private Outbox Box => new(_folder["outbox"], NullLogger.Instance);

    [Fact]
    public void What_is_stored_is_found_by_another_process_with_all_it_held()
    {
        var entry = Ending();
        Assert.Null(Box.Store(entry));

        var found = Box.Find(entry.Key)!;

        Assert.Equal(entry.WriteBy("host-a/2").Patch.Content.ToJsonString(), found.WriteBy("host-a/2").Patch.Content.ToJsonString());
        Assert.Equal((entry.Namespace, entry.Name, entry.Holder), (found.Namespace, found.Name, found.Holder));
        Assert.Single(Box.All());
    }

    [Fact]
    public void What_is_acknowledged_is_gone()
    {
        Box.Store(Ending());
        Box.Remove(Ending().Key);
        Assert.Empty(Box.All());
        Assert.Null(Box.Find(Ending().Key));
    }

    [Fact]
    public void Only_its_owner_may_read_a_result()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes");
            return;
        }

        Box.Store(Ending());
        var mode = File.GetUnixFileMode(Assert.Single(Directory.GetFiles(_folder["outbox"])));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
    }

    [Fact]
    public void A_torn_or_foreign_file_is_passed_over_and_kept()
    {
        Box.Store(Ending());
        var torn = _folder.Write($"outbox/{Guid.NewGuid()}-1.json", "{\"format\":1,\"names");
        var later = _folder.Write($"outbox/{Guid.NewGuid()}-1.json", """{"format":9,"namespace":"a","name":"b","uid":"c","attempt":1,"holder":"h"}""");

        Assert.Single(Box.All());

        Assert.True(File.Exists(torn));
        Assert.True(File.Exists(later));
    }

    [Theory]
    [Trait("Kind", "15")]
    [InlineData("notes", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "space", 1)]
    [InlineData("hello-1", "hello", "space", 1)]
    [InlineData("6f9619ff-8b86-d011-b42d-00c04fc964ff-1", "../../etc/passwd", "space", 1)]
    [InlineData("6f9619ff-8b86-d011-b42d-00c04fc964ff-1", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "space", 2)]
    [InlineData("6f9619ff-8b86-d011-b42d-00c04fc964ff-1", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "", 1)]
    public void A_file_whose_name_or_UID_is_no_attempts_is_left_alone_and_told_of_once(string name, string uid, string space, int attempt)
    {
        var logger = new RecordingLogger();
        var box = new Outbox(_folder["outbox"], logger);
        Assert.Null(box.Store(Ending()));
        var path = _folder.Write($"outbox/{name}.json", $$$"""{"format":1,"namespace":"{{{space}}}","name":"b","uid":"{{{uid}}}","attempt":{{{attempt}}},"holder":"h/1","givenBack":{"attempt":1}}""");

        Assert.Equal(Tasks.Uid, Assert.Single(box.All()).Uid);
        Assert.Single(box.All());

        Assert.True(File.Exists(path));
        Assert.Contains(path, Assert.Single(logger.Entries).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", "2")]
    public void No_bytes_in_a_file_keep_the_results_beside_it()
    {
        var random = new Random(9);
        Assert.Null(Box.Store(Ending()));
        var good = File.ReadAllBytes(Assert.Single(Directory.GetFiles(_folder["outbox"])));
        var path = Path.Combine(_folder["outbox"], $"{Guid.NewGuid()}-1.json");
        for (var round = 0; round < 300; round++)
        {
            var bytes = round % 3 == 0 ? new byte[random.Next(200)] : good[..random.Next(good.Length)].ToArray();
            for (var i = 0; i < bytes.Length && i < 1 + random.Next(8); i++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, bytes);
            Assert.Equal(Tasks.Uid, Assert.Single(Box.All()).Uid);
        }

        File.WriteAllText(path, new string('[', 200_000));
        Assert.Single(Box.All());
        File.WriteAllBytes(path, new byte[5 << 20]);
        Assert.Single(Box.All());
    }

    [Fact]
    [Trait("Kind", "1")]
    public void What_the_disk_does_not_take_is_kept_in_memory_and_found()
    {
        var box = new Outbox(Path.Combine(_folder.Write("file", ""), "outbox"), NullLogger.Instance);

        Assert.Contains("cannot be stored", box.Keep(Ending()), StringComparison.Ordinal);

        Assert.True(box.IsUnstored(Ending().Key));
        Assert.NotNull(box.Find(Ending().Key));
        Assert.Single(box.All());
        box.Remove(Ending().Key);
        Assert.Empty(box.All());
    }

    [Fact]
    public void What_a_dead_process_had_set_aside_is_given_back_and_what_is_in_use_stays()
    {
        var used = new AttemptKey(Guid.NewGuid().ToString(), 1);
        Assert.Null(Box.Reserve(used));
        Assert.Null(Box.Reserve(new AttemptKey(Guid.NewGuid().ToString(), 2)));
        Assert.Equal(2, Directory.GetFiles(_folder["outbox"]).Length);

        Box.Tidy(new[] { Outbox.NameOf(used) }.Contains);

        Assert.StartsWith(Outbox.NameOf(used), Path.GetFileName(Assert.Single(Directory.GetFiles(_folder["outbox"]))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_UID_that_leads_elsewhere_is_refused() =>
        Assert.Equal("the task's UID '../../etc/passwd' is not a UUID", Box.Reserve(new AttemptKey("../../etc/passwd", 1)));

    [Fact]
    public void A_directory_that_cannot_be_made_is_a_reason_and_no_exception()
    {
        var box = new Outbox(Path.Combine(_folder.Write("file", ""), "outbox"), NullLogger.Instance);
        Assert.Contains("no room for a result", box.Reserve(Ending().Key), StringComparison.Ordinal);
        Assert.Contains("cannot be stored", box.Store(Ending()), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static OutboxEntry Ending() => new()
    {
        Namespace = "space",
        Name = "task",
        Uid = Tasks.Uid,
        Attempt = 3,
        Holder = Tasks.Me,
        Completion = new TaskCompletion
        {
            Phase = TaskPhase.Succeeded,
            Verdict = Verdict.Go,
            Result = new() { ["summary"] = "done", ["extra"] = new System.Text.Json.Nodes.JsonObject { ["n"] = 1 } },
            Usage = new Usage { PromptTokens = 7 },
            Attempt = new TaskAttempt { Attempt = 3, Outcome = AttemptOutcome.Succeeded, EndedAt = Now },
            Conditions = [new V1Condition { Type = ConditionTypes.Completed, Status = "True", Reason = "Succeeded", LastTransitionTime = Now }],
            FinishedAt = Now,
        },
    };
}
