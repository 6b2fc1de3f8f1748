namespace Equipoise.Data.Synthesis;

/// <summary>A filled bar over the picture, in pixels.</summary>
internal sealed record Bar(int X, int Y, int Width, int Height, int Shade)
{
    internal static Bar Draw(SeededRandom random)
    {
        int longSide = 12 + random.Next(25), shortSide = 3 + random.Next(6);
        bool lying = random.Next(2) == 0;
        int width = lying ? longSide : shortSide, height = lying ? shortSide : longSide;
        int x = random.Next(PicturePlan.Side - width), y = random.Next(PicturePlan.Side - height);
        return new Bar(x, y, width, height, 70 + random.Next(121));
    }
}
