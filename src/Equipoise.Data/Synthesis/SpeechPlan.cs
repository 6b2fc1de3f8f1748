namespace Equipoise.Data.Synthesis;

/// <summary>How one clip sounds.</summary>
/// <param name="Accent">The base voice of espeak-ng.</param>
/// <param name="Voice">Its variant: the speaker.</param>
/// <param name="Speed">Words per minute.</param>
/// <param name="Pitch">0 to 99.</param>
/// <param name="Place">Where in the free part of the second the word begins, 0 to 1.</param>
/// <param name="Drowned">Whether the word is drowned in noise.</param>
/// <param name="Snr">Signal to noise ratio, dB.</param>
internal sealed record SpeechPlan(string Accent, string Voice, int Speed, int Pitch, double Place, bool Drowned, double Snr)
{
    internal static SpeechPlan Draw(SeededRandom random, IReadOnlyList<string> voices)
    {
        string accent = random.Next(2) == 0 ? "en-us" : "en-gb", voice = voices[random.Next(voices.Count)];
        int speed = 130 + random.Next(91), pitch = 20 + random.Next(61);
        double place = random.NextDouble();
        bool drowned = random.NextDouble() < TalkingDigits.DrownedShare;
        double snr = drowned ? -12 + 8 * random.NextDouble() : 15 + 15 * random.NextDouble();
        return new SpeechPlan(accent, voice, speed, pitch, place, drowned, Math.Round(snr, 2));
    }
}
