using Foreman.Agent.Probing;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Probing;

[Trait("Kind", "12")]
public class ProbeNotesTests
{
    [Fact]
    public void A_note_is_logged_when_it_appears_and_when_it_is_over()
    {
        var logger = new RecordingLogger();
        var notes = new ProbeNotes(logger);

        notes.Log(["server a is gone", "device b is lost"]);
        notes.Log(["server a is gone", "device b is lost"]);
        notes.Log(["device b is lost"]);
        notes.Log([]);

        Assert.Equal(
            ["server a is gone", "device b is lost", "No longer: server a is gone", "No longer: device b is lost"], logger.Entries.Select(e => e.Message));
    }
}
