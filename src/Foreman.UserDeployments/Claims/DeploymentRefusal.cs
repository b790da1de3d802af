namespace Foreman.UserDeployments;

/// <summary>Why a UserDeployment is not carried out.</summary>
/// <param name="Reason">One of <see cref="Api.Reasons"/>.</param>
/// <param name="Message">What, where, why and what to do.</param>
public sealed record DeploymentRefusal(string Reason, string Message);
