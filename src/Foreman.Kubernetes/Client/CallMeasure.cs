using System.Diagnostics;

namespace Foreman.Kubernetes;

/// <summary>Measures one attempt of a call. <see cref="None"/> costs nothing: it is what there is without a listener.</summary>
internal class CallMeasure
{
    public static CallMeasure None { get; } = new();

    public static CallMeasure Begin(ApiRequest request, Uri host, TimeProvider time) =>
        ClientMeters.Enabled ? new Listened(request, host, time) : None;

    /// <summary>The answer has come, or has failed to. Only the first time counts.</summary>
    public virtual void Answered(int? status, string? error = null)
    {
    }

    /// <summary>Bytes of the answer have come.</summary>
    public virtual void Received(long bytes)
    {
    }

    /// <summary>The call is over.</summary>
    public virtual void Close()
    {
    }

    private sealed class Listened : CallMeasure
    {
        private readonly TimeProvider _time;
        private readonly long _started;
        private readonly TagList _tags;
        private int _answered;
        private int _closed;

        public Listened(ApiRequest request, Uri host, TimeProvider time)
        {
            _time = time;
            _started = time.GetTimestamp();
            _tags = ClientMeters.Tags(request, host);
            ClientMeters.Opened(_tags, request.Body.Length);
        }

        public override void Answered(int? status, string? error = null)
        {
            if (Interlocked.Exchange(ref _answered, 1) == 0)
            {
                ClientMeters.Answered(_tags, _time.GetElapsedTime(_started), status, error);
            }
        }

        public override void Received(long bytes)
        {
            if (bytes > 0)
            {
                ClientMeters.Received(_tags, bytes);
            }
        }

        public override void Close()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                ClientMeters.Closed(_tags);
            }
        }
    }
}
