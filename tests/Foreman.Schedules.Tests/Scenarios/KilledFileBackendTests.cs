using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Schedules.Tests.Fakes;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Schedules.Tests.Scenarios;

/// <summary>The operator is killed in each of its writes and around each creation; another one goes on with what is on the disk.</summary>
public sealed class KilledFileBackendTests : IDisposable
{
    private const int Hours = 4;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(KillPoint.BeforeWrite)]
    [InlineData(KillPoint.HalfWritten)]
    [InlineData(KillPoint.BeforeRename)]
    [InlineData(KillPoint.AfterRename)]
    public async Task F28_F31_Killed_in_any_write_each_time_still_begins_one_run(KillPoint point)
    {
        using var whole = new Play(_folder["whole.json"], null, null);
        await whole.RunAsync();
        var writes = whole.Writes;
        Assert.True(writes > 3 * Hours, $"only {writes} writes");

        for (var write = 1; write <= writes; write++)
        {
            using var play = new Play(_folder[$"{point}-{write}.json"], (write, point), null);

            await play.RunAsync();

            Assert.Equal(1, play.Deaths);
            play.CheckEnd();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task F28_Killed_before_or_after_a_creation_each_time_still_begins_one_run(bool isAfter)
    {
        for (var creation = 1; creation <= Hours; creation++)
        {
            using var play = new Play(_folder[$"{isAfter}-{creation}.json"], null, (creation, isAfter));

            await play.RunAsync();

            Assert.Equal(1, play.Deaths);
            play.CheckEnd();
        }
    }

    /// <summary>A few hours of one schedule. Every step can be done again.</summary>
    private sealed class Play : IDisposable
    {
        private readonly string _path;
        private readonly ManualTimeProvider _clock = new(Given.Start);
        private readonly ObjectsInMemory _objects;
        private readonly AuditList _audit = new();
        private BreakingFile _file;
        private FileScheduleBackend _backend;
        private int _creations;

        public Play(string path, (int Write, KillPoint Point)? killWrite, (int Creation, bool IsAfter)? killCreation)
        {
            _path = path;
            _objects = new(_clock)
            {
                Creating = created =>
                {
                    _creations += created ? 0 : 1;
                    if (Deaths == 0 && killCreation is { } kill && kill.Creation == _creations && kill.IsAfter == created)
                    {
                        _file!.Die();
                        throw new KilledException();
                    }
                },
            };
            (_file, _backend) = Open(killWrite);
        }

        public int Writes => _file.Writes;

        public int Deaths { get; private set; }

        public void Dispose() => _backend.Dispose();

        public async Task RunAsync()
        {
            await StepAsync(async () => await _backend.SetAsync(Given.Schedule(), CancellationToken.None));
            for (var hour = 1; hour <= Hours; hour++)
            {
                _clock.Advance(Given.Start.AddHours(hour) - _clock.GetUtcNow());
                await StepAsync(LookAsync);
                _clock.Advance(TimeSpan.FromMinutes(5));
                _objects.EndAll(Verdict.Go);
                await StepAsync(LookAsync);
            }
        }

        public void CheckEnd()
        {
            var stored = Assert.Single(StoredSchedules.Read(File.ReadAllBytes(_path)).All);
            var hours = Enumerable.Range(1, Hours).Select(h => Given.Start.AddHours(h)).ToArray();
            Assert.Equal(hours.Select(h => ScheduleNames.Object("nightly", h)), _objects.Created.Select(t => t.Name()));
            Assert.Equal(hours, stored.Status!.History!.Select(r => r.ScheduledAt));
            Assert.All(stored.Status!.History!, r => Assert.Equal(ScheduledRunStatus.Completed, r.Status));
            Assert.Equal(Hours, stored.Status!.RunCount);
            Assert.Null(stored.Status!.Active);
            Assert.InRange(_audit.Of(ScheduleEvent.Fire).Count, Hours - 1, Hours);
            Assert.InRange(_audit.Of(ScheduleEvent.Complete).Count, Hours - 1, Hours);
        }

        private Task LookAsync() => _backend.LookAsync(CancellationToken.None);

        private async Task StepAsync(Func<Task> step)
        {
            try
            {
                await step();
            }
            catch (KilledException)
            {
                Deaths++;
                _backend.Dispose();
                (_file, _backend) = Open(null);
                await step();
            }
        }

        private (BreakingFile File, FileScheduleBackend Backend) Open((int Write, KillPoint Point)? kill)
        {
            var file = new BreakingFile(_path) { Kill = kill };
            return (file, new FileScheduleBackend(new() { Path = _path, AllowDynamic = true }, file, _objects, _audit, _clock, NullLogger.Instance));
        }
    }
}
